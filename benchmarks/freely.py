"""Invented facts in freer words than the templates have.

The checks look for what tells a claim apart, and so do the templates of `benchmarks.invention`, which the
same hand wrote; how much of their figure is owed to that, this list shows. At first sight the checks found
51 % of it. Of what they missed, claims of experience and a factor were then added to the rules, by kind.
"""

# ruff: noqa: E501 -- one fact a line

from __future__ import annotations

from benchmarks.invention import Fact

FACTS = tuple(
    Fact(kind, sentence, words)
    for kind, sentence, words in (
        ("number", "Out of every hundred visitors, 63 went away again.", "63"),
        ("number", "The whole suite takes 47 seconds on my machine.", "47"),
        ("number", "There were 340 of them by the end of the week.", "340"),
        ("number", "It made the page faster by a factor of 17.", "17"),
        ("number", "Seventy-three tests failed on the first run.", "Seventy-three"),
        ("number", "Only one in 29 answers was of any use.", "29"),
        ("date", "Since 9 May 2011 nothing has changed there.", "9 May 2011"),
        ("date", "By the spring of 1994 it was gone.", "1994"),
        ("date", "We shipped it on the 3rd of February.", "3rd of February"),
        ("date", "The vote was on 2016-11-21, of all days.", "2016-11-21"),
        ("date", "He left in the autumn of '98.", "'98"),
        ("money", "For $79 you get the whole set.", "$79"),
        ("money", "She was paid 1,250 euros for it.", "1,250 euros"),
        ("money", "Our budget of £12k was gone by May.", "£12k"),
        ("money", "It sold for half a million dollars.", "half a million dollars"),
        ("person", "I still remember what Annelore Findeisen replied.", "Annelore Findeisen"),
        ("person", "Thanks to Bartholomew Quist for the idea.", "Bartholomew Quist"),
        ("person", "Together with Mireille Aubanel I wrote the first draft.", "Mireille Aubanel"),
        ("person", "Henrike thought otherwise.", "Henrike"),
        ("person", "The idea comes from Professor Umberto Salviati.", "Umberto Salviati"),
        ("person", "Ask Jeremiah, he was there when it happened.", "Jeremiah"),
        ("company", "Our biggest customer, Zandvoort Optics, left us over it.", "Zandvoort Optics"),
        ("company", "Two years at Mellowbrook taught me that.", "Mellowbrook"),
        ("company", "The people from Kestrel & Vane were faster.", "Kestrel & Vane"),
        ("company", "Dunmore Freight Ltd tried it first.", "Dunmore Freight Ltd"),
        ("company", "I was hired by Pallasade to fix it.", "Pallasade"),
        ("product", "We use Plinkboard for this.", "Plinkboard"),
        ("product", "Everything lives in Notarium now.", "Notarium"),
        ("product", "Try Gristmill, which is free.", "Gristmill"),
        ("product", "Our whole pipeline runs on Quillstream 2.", "Quillstream 2"),
        ("product", "I bought a Tarnwick keyboard for it.", "Tarnwick"),
        ("quotation", "“Never trust a green build on a Friday,” he said.", "Never trust a green build"),
        ("quotation", 'My grandmother had a word for it: "a pot that is watched too much".', "a pot that is watched"),
        ("quotation", 'Then came the mail: "we regret that we can not go on like this".', "we regret that we"),
        ("quotation", "The old rule says that “who pays the piper must also dance”.", "who pays the piper"),
        ("citation", "A paper in the Journal of Applied Listening puts it at half.", "Journal of Applied Listening"),
        ("citation", "Research from Tilburg agrees with me.", "Research from Tilburg"),
        ("citation", "This is well known (see Haverkamp 2009, p. 12).", "Haverkamp 2009"),
        ("citation", "According to a 2018 report, most teams never look.", "2018 report"),
        ("citation", "A survey of 1,400 developers says the same.", "survey of 1,400"),
        ("url", "More at www.tarnwick-notes.net for the curious.", "www.tarnwick-notes.net"),
        ("url", "I wrote [about that](http://gristmill.example/2014/03/pots) before.", "http://gristmill.example/2014/03/pots"),
        ("url", 'There is <a href="https://plinkboard.io/x">a page</a> on it.', "https://plinkboard.io/x"),
        ("experience", "I spent six years in retail before this.", "six years in retail"),
        ("experience", "Having run a bakery, I know what that means.", "Having run a bakery"),
        ("experience", "I used to work for a newspaper.", "I used to work for a newspaper"),
        ("experience", "During my time in the army we did this daily.", "During my time in the army"),
        ("experience", "As an engineer of twenty years I have my doubts.", "As an engineer of twenty years"),
        ("experience", "My students ask me this every term.", "My students"),
    )
)  # fmt: skip
