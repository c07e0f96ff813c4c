from function import serve

serve(lambda event: {"by": "sms", "to": event["to"]})
