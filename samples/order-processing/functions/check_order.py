from function import FunctionError, serve

STOCK = {"lamp": 10, "bulb": 100, "shade": 0}


def check_order(event):
    lines = event["lines"]
    if not lines:
        raise FunctionError("InvalidOrder", "order %s has no lines" % event["id"])
    unknown = [line["item"] for line in lines if line["item"] not in STOCK]
    if unknown:
        raise FunctionError("InvalidOrder", "there is no item " + ", ".join(unknown))
    return {
        "id": event["id"],
        "total": sum(line["price"] * line["count"] for line in lines),
        "missing": sum(max(0, line["count"] - STOCK[line["item"]]) for line in lines),
    }


serve(check_order)
