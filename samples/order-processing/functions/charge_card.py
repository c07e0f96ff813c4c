from function import FunctionError, serve


def charge_card(event):
    if event["attempt"] == 0:
        raise FunctionError("GatewayBusy", "the payment gateway is busy")
    return {"payment": "C-%d" % round(event["order"]["total"] * 100)}


serve(charge_card)
