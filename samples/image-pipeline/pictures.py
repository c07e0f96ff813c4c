"""Four Lambda functions on plain PGM pictures: which one is the first argument."""
import json
import sys


def read(event):
    lines = [line.split("#")[0] for line in event["text"].splitlines()]
    words = " ".join(lines).split()
    if words[:1] != ["P2"]:
        raise ValueError("it is no plain PGM file")
    width, height, white = map(int, words[1:4])
    pixels = list(map(int, words[4:]))
    if len(pixels) != width * height:
        raise ValueError("%d pixels are missing" % (width * height - len(pixels)))
    return {"white": white, "rows": [pixels[y * width:(y + 1) * width] for y in range(height)]}


def shrink(event):
    by = event["by"]
    rows = event["picture"]["rows"]
    return {"rows": [row[::by] for row in rows[::by]]}


def mirror(event):
    return {"rows": [row[::-1] for row in event["picture"]["rows"]]}


def invert(event):
    white = event["picture"]["white"]
    return {"rows": [[white - pixel for pixel in row] for row in event["picture"]["rows"]]}


functions = {"read": read, "shrink": shrink, "mirror": mirror, "invert": invert}
try:
    json.dump(functions[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
except ValueError as error:
    json.dump({"errorType": "UnreadablePicture", "errorMessage": str(error)}, sys.stdout)
    sys.exit(1)
