"""A Lambda function as a command: the event comes on standard input, the answer goes to standard output."""
import json
import sys


class FunctionError(Exception):
    """Fails the task with an error of this name, which Retry and Catch match."""

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


def serve(handler):
    event = json.load(sys.stdin)
    try:
        answer = handler(event)
    except FunctionError as error:
        json.dump({"errorType": error.name, "errorMessage": str(error)}, sys.stdout)
        sys.exit(1)
    json.dump(answer, sys.stdout)
