"""A small question set about the hills, with a name that has accents."""

FOLDER = {
    "tea.txt": """The tea trade of Assam

Tea was first sold in the market of Guwahati in 1838. Planters had cleared the hills by then. The \
crop travelled by river.

Prices at the auctions fell from 1866 to 1869, and many gardens were abandoned. They recovered.

The crop was carried by river.
""",
    "rail.txt": """Railways in the hills

A railway to the hills opened on 4 July 1881. Trains climbed through the tea gardens.

The Café Société at the terminus was opened in 1902. Visitors drank tea and watched the trains.

The crop was carried by river.
""",
    "rain.txt": """The monsoon

Rain falls from June to September. When the rains fail, the harvest of tea fails too.

In 1867 the rains failed and prices of tea rose. Merchants sent their ships home empty that year.

A planter wrote of the weather in his diary. It was the driest year that he had seen.
""",
    "ports.txt": """Ports

Ships sail with the tide. Captains who wait for cargo pay the harbour for every day that they wait.
""",
}
QUESTIONS = (
    "when was tea first sold in the market",
    "what happened to the prices of tea in 1867",
    "in what year did a railway open in the hills",
    "which crop was carried on the river of Assam",
    "who visited the cafe societe",
    "who is it",
    "planters and their gardens",
    "quarterly earnings of semiconductor makers",
)
