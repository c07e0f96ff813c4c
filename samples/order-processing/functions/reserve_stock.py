from function import serve

serve(lambda order: {"parcel": "P-" + order["id"]})
