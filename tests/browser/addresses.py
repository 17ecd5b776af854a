"""The addresses of the pages that the browser tests open."""

QUESTION = "when did Putin visit China"
RESULTS = "/?q=when+did+Putin+visit+China"

PAGES = {
    "start": "/",
    "results": RESULTS,
    "conditions": "/?q=%22Vladimir+Putin%22+visit+-Kyodo+file%3A00&source=00*",
    "weak": "/?q=who+met+Kim+in+Harbin",
    "none": "/?q=who+is+the+prime+minister+of+Japan",
    "nothing": "/?q=photosynthesis+in+chloroplasts",
    "document": "/documents/003_026798df369138aa.txt?q=when+did+Putin+visit+China#L15",
    "part": "/documents/odd/bales.txt?at=L200#L200",
    "folder": "/documents",
    "message": "/nope",
}
