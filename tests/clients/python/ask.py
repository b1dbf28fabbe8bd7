"""Asks the server with the generated client. Arguments: the address of GraphQL and a token."""

import sys

from typed_client import AnswerIndicatorInput, Client

url, token = sys.argv[1:3]
client = Client(url=url, headers={"Authorization": f"Bearer {token}"})

places = client.directory().municipalities.nodes
assert places and all(place.name for place in places), "the directory is empty"

town = client.dashboard(code="FI-837").municipality
assert town is not None and town.name == "Tampere", town

wrong = AnswerIndicatorInput(itemId="asi_00000000000000000000000000", expectedVersion=1)
try:
    client.answer(input=wrong)
except Exception as refused:  # The generated client raises what the server refuses.
    assert "There is no such thing" in str(refused), refused
else:
    raise AssertionError("an item that does not exist was answered")
print(f"ok   ariadne-codegen: {len(places)} municipalities")
