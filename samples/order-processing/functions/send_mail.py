from function import FunctionError, serve


def send_mail(event):
    if event["to"].startswith("full@"):
        raise FunctionError("MailboxFull", "the mailbox of %s is full" % event["to"])
    return {"by": "mail", "to": event["to"]}


serve(send_mail)
