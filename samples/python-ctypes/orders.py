#!/usr/bin/env python3
"""A workflow inside a Python program, through libgait's C functions: orders.py [DATABASE]

LIBGAIT names the library; without it, the one of build/release is taken, or else the one that is installed.
"""
import ctypes
import ctypes.util
import json
import os
import pathlib
import sys

BUILT = pathlib.Path(__file__).resolve().parents[2] / "build/release/libgait.so"
LIBRARY = os.environ.get("LIBGAIT") or (str(BUILT) if BUILT.exists() else ctypes.util.find_library("gait"))

DEFINITION = {
    "StartAt": "Charge",
    "States": {
        "Charge": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Charge",
            "ResultPath": "$.payment",
            "Catch": [{"ErrorEquals": ["Declined"], "Next": "Cancel"}],
            "End": True,
        },
        "Cancel": {"Type": "Fail", "Error": "OrderCancelled"},
    },
}

Task = ctypes.c_void_p
Function = ctypes.CFUNCTYPE(None, Task, ctypes.c_void_p)


class GaitError(Exception):
    pass


class Engine:
    """An engine with its database. The functions are those of gait.h."""

    def __init__(self, database):
        self._gait = gait = ctypes.CDLL(LIBRARY)
        for name in ("gait_last_error_code", "gait_last_error_message", "gait_task_input"):
            getattr(gait, name).restype = ctypes.c_char_p
        gait.gait_options_new.restype = ctypes.c_void_p
        gait.gait_string_free.restype = gait.gait_task_release.restype = gait.gait_close.restype = None
        self._callbacks = []  # what Python frees, nobody may call any more
        options = ctypes.c_void_p(gait.gait_options_new())
        self._engine = ctypes.c_void_p()
        try:
            self._check(gait.gait_options_set_database(options, database.encode()))
            self._check(gait.gait_open(options, ctypes.byref(self._engine)))
        finally:
            gait.gait_options_free(options)

    def _check(self, status):
        if status != 0:
            raise GaitError(" ".join(f().decode() for f in (self._gait.gait_last_error_code, self._gait.gait_last_error_message)))

    def _call(self, function, *arguments):
        """Calls a function whose last parameter is a text that it gives."""
        text = ctypes.c_char_p()
        self._check(function(self._engine, *arguments, ctypes.byref(text)))
        try:
            return text.value.decode()
        finally:
            self._gait.gait_string_free(text)

    def register(self, name, function):
        """`function` takes the input and returns the output. The name of what it raises is the task's error."""

        def begin(task, _):
            task = Task(task)
            try:
                output = function(json.loads(self._gait.gait_task_input(task)))
                self._gait.gait_task_succeed(task, json.dumps(output).encode())
            except Exception as e:
                self._gait.gait_task_fail(task, type(e).__name__.encode(), str(e).encode())
            finally:
                self._gait.gait_task_release(task)

        callback = Function(begin)
        self._callbacks.append(callback)
        self._check(self._gait.gait_register_function(self._engine, name.encode(), callback, None, 0))

    def start(self):
        self._check(self._gait.gait_start(self._engine))

    def create_state_machine(self, name, definition):
        return self._call(self._gait.gait_create_state_machine, name.encode(), json.dumps(definition).encode(), None)

    def run(self, state_machine, input):
        """Starts an execution, waits for its end, and describes it."""
        gait = self._gait
        execution = self._call(gait.gait_start_execution, state_machine.encode(), json.dumps(input).encode(), None)
        return json.loads(self._call(gait.gait_wait, execution.encode(), ctypes.c_int64(-1)))

    def call(self, operation, **request):
        """Any operation of the AWS API."""
        return json.loads(self._call(self._gait.gait_call, operation.encode(), json.dumps(request).encode()))

    def close(self):
        self._gait.gait_close(self._engine)


class Declined(Exception):
    pass


def charge(order):
    if order["amount"] == 0:
        raise Declined("nothing to charge")
    return {"id": "payment-%d" % order["amount"]}


def main():
    engine = Engine(sys.argv[1] if len(sys.argv) > 1 else "orders.db")
    try:
        engine.register("Charge", charge)
        engine.start()
        orders = engine.create_state_machine("orders", DEFINITION)
        for amount in (17, 0):
            ended = engine.run(orders, {"amount": amount})
            print(ended["status"], ended.get("output") or ended["error"])
        events = engine.call("GetExecutionHistory", executionArn=ended["executionArn"], reverseOrder=True, maxResults=1)
        print("the last event:", events["events"][0]["type"])
    finally:
        engine.close()


if __name__ == "__main__":
    main()
