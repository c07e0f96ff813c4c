"""Two Lambda functions: which one is the first argument."""
import json
import sys


class FunctionError(Exception):
    """Fails the task with an error of this name."""

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


def sum_up(batch):
    """The sum of a batch of orders, if all of them are right."""
    total, wrong = 0, []
    for order in batch["Items"]:
        amount = order["金額"]
        if not amount:
            wrong.append("注文 %s (%s): 金額がありません" % (order["注文番号"], order["商品"]))
        elif not amount.isascii() or not amount.isdigit():
            wrong.append("注文 %s (%s): 金額 %s は数ではありません" % (order["注文番号"], order["商品"], amount))
        else:
            total += int(amount)
    if wrong:
        raise FunctionError("InvalidOrder", "\n".join(wrong))
    return {"orders": len(batch["Items"]), "total": total, "currency": batch["BatchInput"]["currency"]}


def notify(message):
    """A message for a person: here a file, elsewhere a mail."""
    with open("results/notification.txt", "w", encoding="utf-8") as file:
        print(message["subject"], *message["lines"], sep="\n", file=file)
    return message


functions = {"sum-up": sum_up, "notify": notify}
try:
    json.dump(functions[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
except FunctionError as error:
    json.dump({"errorType": error.name, "errorMessage": str(error)}, sys.stdout)
    sys.exit(1)
