"""The pages that every look is taken of."""

QUESTION = "when did Putin visit China"
RESULTS = "/?q=when+did+Putin+visit+China"

PAGES = {
    "empty": "/",
    "results": RESULTS,
    "none": "/?q=who+is+the+prime+minister+of+Japan",
    "nothing": "/?q=photosynthesis+in+chloroplasts",
    "document": "/documents/003_026798df369138aa.txt?q=when+did+Putin+visit+China#L15",
    "folder": "/documents",
    "message": "/nope",
}
