"""The words that tell whether a finding is there and whose it is: tables of patterns, read by `scope`.

In a table the patterns are divided by ``;`` and a blank stands for any white space. ``KIN``, ``CHILD`` and ``OWNER``
stand for the words that they name here.
"""

from __future__ import annotations

import re

__all__ = [
    "AGED_RELATIVE",
    "AHEAD",
    "ANSWER",
    "ATTACHED",
    "BACK_TO_PERSON",
    "BEHIND",
    "CARED_FOR",
    "CLAUSE_ENDS",
    "ENDED",
    "OWN_WORDS",
    "PAST",
    "QUESTION",
    "RECURS",
    "RELATIVE_FIRST",
    "RELATIVE_TELLS",
    "RELATIVE_TOLD",
    "REMEDY",
    "TAKEN_BACK",
]

_NAMED = {
    "KIN": """(?:(?:mother|father|brother|sister)-in-law
        |(?:great-?)?grand(?:mothers?|fathers?|parents?|mas?|pas?|sons?|daughters?)|(?:step|half)-?
        (?:mother|father|brothers?|sisters?)|mothers?|mum|mom|mummy|fathers?|dad|parents?|sons?|daughters?
        |sisters?|brothers?
        |siblings?|twins?|aunts?|uncles?|cousins?|nieces?|nephews?|relatives?|family members?|ancestors?
        |husband|wife|partner
        |flatmate|neighbou?r|friend|colleague|dog|cat)""",
    "CHILD": "(?:child|children|baby|boy|girl|kids?)",
    "OWNER": "(?:my|his|her|their|our)",
    "SEEN": """(?:seen|found|noted|reported|observed|elicited|detected|noticed|described|recorded|demonstrated
        |shown|provoked|induced|identified|confirmed|appreciated|made out|evoked|reproduced|verified)""",
    "OVER": """(?:gone away|disappeared|resolved|cleared(?: up)?|vanished|subsided|ceased|settled|faded|abated
        |recovered|worn off)""",
    "ISSUE": "(?:features?|problems?|issues?|complaints?|symptoms?|trouble)",
    "ABSENT": "(?:absent|negative|excluded|ruled out|denied|gone|unlikely|lacking|missing)",
    "STATE": """(?:tired|exhausted|stressed|anxious|nervous|upset|excited|worried|angry|hungry|sad|scared
        |frightened|sleepy|cold|overtired|tense|fatigued|emotional)""",
}


def _pattern(table: str, before: str = r"\b", after: str = r"(?!\w)") -> re.Pattern[str]:
    """Join the patterns of a table to one."""
    for name, words in _NAMED.items():
        table = table.replace(name, words)
    table = re.sub(r"\s*\n\s*(?=[|(])", "", table)  # an alternation may go on in the next line
    parts = (" ".join(part.split()).replace(" ", r"\s+") for part in table.split(";"))
    return re.compile(rf"{before}(?:{'|'.join(part for part in parts if part)}){after}", re.IGNORECASE)


# What stands before a phrase: of the cues in its clause the nearest counts.
AHEAD: tuple[tuple[str, re.Pattern[str]], ...] = (
    (  # these hold a word that would deny, and deny nothing
        "nothing",
        _pattern(r"""
            not (?:only|just|merely|solely|simply|always|least|uncommon|infrequently|rarely|to mention)
            ; not so much; no (?:memory|recollection|idea)(?: of| why)?; (?:were|if) it (?:were )?not for
            ; (?:worr(?:y|ies|ied)|fear(?:s|ed)?|afraid|concerned|scared) (?:is |was )?(?:about
            |that|of) (?:the|OWNER)(?! (?:risk|chance|possibility|danger))
            ; no (?:more|less) than; no doubt(?: about)?; no warning
            ; (?:no|without|little|not much) (?:change|improvement|response|relief|effect|benefit|progress|worsening
            |deterioration|increase|decrease|reduction|difference)(?: (?:in|of|on|to|from|with|for))?
            ; (?:not|\w+n't|never) (?:improv|respon|reliev|eas|cur|resolv|abolish|stop|settl|chang|affect|reduc|lessen
            |suppress|disappear|prevent|worsen|interrupt|help|explain|cease|abat|go away|let up)\w*(?: (?:in|of
            |to|by))?
            ; (?:not|\w+n't|never) (?:get|become|grow) (?:worse|better|stronger|less|more)
            ; no (?:cause|reason|explanation)(?: (?:is|was|has been|could be) (?:SEEN|given))? (?:for|of)
            ; (?:not|never) without; (?:not a|no|hardly a) (?:day|night|week) (?:\w+ ){1,3}without; (?:not
            |never|n't) (?:free (?:of|from)|lack(?:ing)?|den(?:y|ied)); no (?:lack|absence) of
            ; (?:cannot|can not|can't|could not|couldn't|unable to|never|hardly) (?:be )?(?:\w+ ){1,3}without
            ; (?:wrong|incorrect|untrue|not true|not correct) (?:to say )?that (?:\w+ ){1,3}(?:no|not|never)
            ; (?:do|does|did)(?: not|n't) (?:know|understand|see) why; nothing (?:helps|relieves|eases|makes)
            ; without (?:warning|reason|cause|trying|any cause|treatment)
            ; (?:when|whenever|if|while|after) (?:(?:i am|i'm|he is|he's|she is|she's|i get|he gets|she gets
            |feeling|being) )?(?:(?:very|too|a bit|over|really) )?STATE(?: (?:or|and) STATE)?
            """),
    ),
    (
        "absent",
        _pattern(r"""
            no; not; never; without; (?:cannot|could not) be (?:said to (?:be|have)|called|considered); w/(?:o
            |out); den(?:y|ies|ying); rather than
            ; instead of; as opposed to; devoid of; recover(?:ed|y)(?: \w+)? from; (?:cured|rid) of
            ; (?:(?:pertinent|relevant|important) )?negatives?(?: \w+)?\s?:
            ; (?:cannot|can't|could not|couldn't|(?:do|does|did)(?: not|n't)) (?:recall|remember) (?:ever|any|having)
            ; (?<!was\x20)(?<!were\x20)(?<!is\x20)(?<!are\x20)(?<!been\x20)denied; none of; neither; nor
            ; free (?:of|from)
            ; absence of; absent(?!\s*[,\x3b.)]|\s*$|\s+(?:and|but|in|on|at|from|since)\b)
            ; neg(?:ative)?\.? for; lacks?(?: of)?; (?:do|does|did|have|has|had|is|are|was|were|ca|could|wo
            |would|might|should)n'?t
            ; rul(?:ed|es) out; nothing; nil; stopped having; (?:fails?|failed) to (?:show|find|reveal|elicit
            |bring out|detect
            |demonstrate|disclose|provoke|confirm); (?:looked|searched) in vain for
            ; unremarkable for; excluded; gone (?:is|are); spared; (?:nobody|no one) has ever; used to (?:have
            |get|suffer from|be)
            """),
    ),
    (
        "unsure",
        _pattern(r"""
            (?:afraid|scared|frightened|terrified) (?:of|it is|it's|that|it might|it could|i have|he has
            |she has); worr(?:y|ied|ies) (?:is |was )?(?:about|that|it|i|of|she|he)
            ; fear(?:s|ed|ing)? (?:is |was )?(?:of|that|it|an?); in (?:case|the (?:case|event) of); whether
            ; risks? (?:of|for); suspected; suspects?
            ; suspicion of
            ; (?:wonder|wondering|asked|ask|asks|asking|unsure|not sure|see|know|check) if; rule out; to exclude; r/o
            ; ruling out; (?:asked|asks|read|reading|heard|information|warned|advised|counselled) (?:about|of)
            ; quer(?:y|ies); possibl[ey]; probabl[ey]
            ; maybe; perhaps
            ; (?:might|may|can|could)(?: also| well| even)? (?:cause|lead to|induce|provoke|trigger|produce
            |develop|become|occur)
            ; (?:might|may) (?:be|have|get|mean); could (?:be|it be|this be|have been)
            ; if(?= (?!(?:i|he|she|you|they|we)\b)); unclear; uncertain; doubtful; (?:possibility|chance|danger) of
            ; if (?:i|he|she|you|they|we) (?:have|has|had|were|was|gets?|develops?|notices?)
            ; should (?:he|she|i|you|they|there); (?:told|said|thought|assumed) (?:it|this|that) (?:was|is
            |might be|could be)
            ; (?:put|blamed|attributed) (?:it )?(?:down )?(?:to|on); (?:thought|said
            |believed) to (?:be|have)
            ; differential (?:of|includes|diagnosis); (?:to )?(?:prevent|avoid)
            ; watch (?:out )?for; thought of; thinking of; looks? (?:(?:a bit|rather|much) )?like (?:an?|the)
            ; screen(?:ed|ing)? for; (?:vaccinated|immuni[sz]ed|vaccine|protected) (?:against|for)
            ; consider(?:ed|ing)?
            ; (?:cannot|can't|could not|couldn't) (?:rule out|exclude)
            ; vs\.?; versus; (?:mistaken|misdiagnosed|labelled) (?:as|for)
            """),
    ),
    (
        "family",
        _pattern(r"""
            family history(?: is)?(?: positive)?(?: of| for|:)?; in (?:the|OWNER) family; KIN\s?(?::|\s[-–—])
            ; fhx?\s?:?; family\s?:
            ; (?:had|has|having|gave birth to|delivered)
            an? (?:\w+ )?(?:CHILD|son|daughter) (?:who|with|that|whose)
            ; (?:(?:OWNER|the|an?|one|two|three|both|whose|maternal|paternal|late|older|younger|elder|twin
            |first|second)[ -])+KIN(?:'s)?(?: of (?:the|this|our) patient)?; an? identical twin
            ; (?:his|her|their) (?:\w+ )?CHILD; (?:\w+'s|\w+s') (?:\w+ )?KIN
            ; KIN (?:(?:both|all|each|also|too) )?(?:had|has|have|died|also|with|suffers?|suffered|was|is|were|are)
            """),
    ),
)
# What stands behind a phrase, a few words on at most.
BEHIND: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "absent",
        _pattern(r"""
            (?:is|are|was|were|has been|have been|being) (?:(?:now|both|all|\w+ly) )?(?:ABSENT
            |(?:not|no longer) (?:present|there|SEEN))
            ; (?:cannot|can't|could not|couldn't|can not) be SEEN
            ; (?:is|are) (?:over|(?:a thing of|in) the past); no longer(?=\s*(?:[.,\x3b!]|$))
            ; (?:has|have|had|is|are) (?:(?:now|since|all|\w+ly) )?(?:stopped|gone|OVER); went away; OVER
            ; absent; missing; lacking
            ; not present; unlikely
            ; (?<!\bi\x20)(?<!he\x20|we\x20)(?<!they\x20)(?<!was\x20|who\x20|and\x20)(?<!were\x20)stopped
            (?! (?:him|her|me|them|us|it|OWNER|the|taking|using|all|smoking|drinking|work)\b)
            ; (?:(?:has|have|had|was|were) )?never (?:been )?SEEN
            ; (?:has|have|had)(?: not|n't) been SEEN
            ; (?:(?:is|are|was|were)(?: not|n't| never)|(?:has|have|had) (?:not|never) been) (?:(?:an?|part of
            |among) )?
            (?:\w+ )?ISSUE
            ; (?:never|not) (?:happened|occurred|noted|seen|observed|found|reported|elicited); denied
            ; neg(?:ative)?; no; none; nil
            ; (?:did|do|does|has|have|had)(?: not|n't) (?:persist|last|continue|remain|persisted|lasted|occurred
            |come back|returned|recurred)
            """),
    ),
    (
        "absent",
        _pattern(
            r"""
            \((?:-|–|−|neg|negative|no)\); \s[-–−](?=\s*(?:[,.\x3b]|$)); [- ]free\b(?!\s+(?:of|from)\b)
            """,
            before="",
            after="",
        ),
    ),
    ("nothing", _pattern(r"(?:not|never|n't) (?:absent|lacking|missing|negative|denied|gone|disappear\w*|resolved?)")),
    (
        "nothing",
        _pattern(r"""
            until(?! (?:now|then|today)); (?:is|are|was|were) (?:absent|not (?:present
            |there)) (?:during|at night|in sleep|by day|when|while)
            ; (?:OVER|stopped) (?:\w+ ){0,3}(?:and|but) (?:came back|returned|recurred)
            """),
    ),
    ("own", _pattern(r"in (?:the|our|this) patient(?!')(?: \w+self)?")),
    (
        "family",
        _pattern(r"""
            on (?:OWNER|the) (?:KIN(?:'s)?|maternal|paternal) side
            ; (?:runs|run|ran) in (?:OWNER|the) family; in (?:OWNER|the) family
            ; in (?:OWNER|the|an?|both|two|three|one|several)(?: of OWNER)? (?:\w+ )?KIN
            """),
    ),
    (
        "unsure",
        _pattern(
            r"""
            \b(?:is|are|was|were) (?:suspected|considered|possible|feared|queried|in question|being ruled out); \?
            ; \b(?:cannot|could not|can't) be (?:ruled out|excluded); \bcould not be (?:assessed|tested|judged)
            """,
            before="",
        ),
    ),
)
# Where a statement ends: the end of a sentence, words that turn, and a link or comma that begins a new statement.
CLAUSE_ENDS = _pattern(
    r"""
    (?<!\bneg)(?<!\bpos)(?<!\bapprox)(?<!\bincl)(?<!\besp)(?<!\be\.g)(?<!\bi\.e)(?<!\bDr)(?<!\bvs)[.!?](?=\s
    |$); \x3b; \n; (?<=\w)\s[-–—]\s(?!(?:no|none|nil|absent|negative|not|denied|yes|present)\b)
    ; \bnow\b(?! absent)
    ; \b(?:but|however|although|though|except|apart from|yet|whereas|because|despite|other than|aside from
    |save for|besides|nevertheless|with the exception of|turned out|proved|so that|due to
    |caused by)\b
    ; \bprecede[sd]?\s(?!by\b); \b(?:before|during)\s+(?=(?:the|these|those|each|an|OWNER)\b)
    ; ,\s+(?:and\s+)?(?=(?:the|both|each|all)\s)
    ; ,\s+(?=(?:(?!(?:or|nor|and|no|not|without|neither)\b)\w+\s+){1,4}?(?:has|have|had|keeps?|began|is|are|was
    |were)\b)
    ; ,?\s+and\s+(?=(?:(?!(?:or|nor|and|no|not|without|neither)\b)\w+\s+){1,4}?(?:keeps?|began
    |(?:has|have|had|is|are|was|were)(?!\s+(?:(?:\w+ly|both|all|now|not|never|been)\s+)*(?:SEEN|present|evident
    |ABSENT|ISSUE)))\b)
    ; (?<=,)\s+rather\b
    ; \band (?:then|now|so)\b; \bwhich (?:is|was|are|were)\b
    ; \bsince (?:then|he|she|i|yesterday|last|childhood|birth|\w+ (?:days|weeks|months|years))\b
    ; (?:,|\b(?:and|so)\b)\s+(?=(?:which )?(?:i|he|she|it|they|there|the patient|who|we|you
    |OWNER)\b(?!\s+(?:family|mother
    |father)))
    ; \band\s+(?=(?:has|have|had|is|are|was|were|cannot|can|could|can't|takes?|took|feels?|felt|gets?|got|went
    |became|becomes
    |walks?|sees?|does|did|also|complains?|suffers?|started|began|reports?|one|two|three|four|a|an|shows?
    |showed|with|in|on
    |after|since|sometimes|often|usually|mild|slight|severe|marked|diffuse)\b)
    ; ,\s+(?=(?:has|have|had|is|are|was|were|now|then|with|while|when|just|only|still|says|mild|slight|moderate|severe
    |marked|diffuse|some|occasional|slow|brisk|cannot)\b)
    ; (?<!if\x20)(?<!perhaps\x20)(?<!maybe\x20)(?<!whether\x20)(?<!that\x20)(?<!think\x20)
    (?<!fear\x20)(?<!because\x20)(?<!when\x20)\b(?=(?:he|she|i|they)
    (?:\s+(?:became|has|had|was|is|felt|started|began|developed|noticed|cannot|could|can|have|gets?|got|feels?
    |becomes?)\b))
    """,
    before="",
    after="",
)
# What comes in attacks is there, though each went away: *three times he had a pain that went away within hours*.
RECURS = _pattern(r"""
    attacks?; episodes?; bouts?; spells?; (?:two|three|four|five|six|many|several|\d+) times; each (?:time|day|night)
    ; every; often; sometimes; repeatedly; recurrent; now and (?:then|again); occasionally; from time to time
    """)
ENDED = _pattern(r"(?:that|which) (?:went away|stopped|OVER)", before=r"\W*")
# A clause that says of what was just told that it is over, or that the person has it not: *but they stopped*.
TAKEN_BACK = _pattern(
    r"""
    (?:(?:it|they|this|these|that|those|which|both)(?: (?:has|have|had|is|are))?|has|have|had)
    (?: (?:now|since|all|completely|soon|later|then|eventually))* (?:stopped|gone|went|OVER)
    ; (?:it|this|that|these|they) (?:was|were|is|are)(?: not|n't)(?=\s*(?:[.,\x3b!]|$))
    ; (?:i|he|she|they|we) (?:has|have|had|does|do|did)(?: not|n't)(?=\s*(?:[.,\x3b!]|$))
    ; (?:it|they|this|these|that|those|which|both) (?:did|do|does)(?: not|n't) (?:persist|last|continue|come back
    |recur)
    ; (?:i|he|she|they|we) (?:do|does|did)(?: not|n't) have(?: (?:it|them)|(?: (?:that|this|any))?(?=\s*(?:[.,!]|$)))
    ; (?:i|he|she|they|we) (?:has not|have not|hasn't|haven't|has never|have never|never) had (?:it|them
    |(?:that|this|any)(?=\s*(?:[.,!]|$)))
    ; (?:(?:it|this|that|these|they) )?(?:(?:was|were|is|are|has been|have been|could) )?(?:(?:later|then|since
    |soon|finally) )?
    (?:(?:not|never) (?:be )?(?:SEEN|there|borne out)|refuted|ABSENT)
    ; (?:(?:i|we|he|she|they|there) )?(?:(?:him|her|them)sel(?:f|ves) )?(?:saw|found|noted|got|had|has|have|was
    |were|is
    |are) none
    ; none (?:(?:is|was|were) )?SEEN; (?:did|could)(?: not|n't) (?:find|see|detect) (?:one|it|any|them)
    """,
    before=(
        r"\W*(?:(?:but|and|now|though|although|yet|however|which)\W+)?(?:(?:he|she|they) (?:said|says|answered) )?"
    ),
)
QUESTION = _pattern("is;are;was;were;could;can;does;do;did;might;may;should;will;has;have", before=r"^\W*", after=r"\b")
# What stands so before a finding says it of this one alone: *non-rigid*, *(-) fever*, *+ cough*, *?stroke*.
ATTACHED = re.compile(
    r"(?:(?P<absent>\bnon-|\((?:-|–|−)\)\s?)|(?P<unsure>(?<!\S)\?)|(?P<present>(?<![\w+])\+\s?))$", re.IGNORECASE
)
# The answer to a question in what follows it: *Any fever? No.*
ANSWER = _pattern(
    r"""
    (?P<absent>(?:no|nil|never|not at all|denied|negative)(?=\s*(?:[,.\x3b!)\n]|$))|none)
    ; (?P<present>a little|a bit|some|slight\w*|occasionally|yes|yeah|present|positive)
    """,
    before=r"[^.!?\n]*\?\W*",
)
# A relative who tells of the person is no sufferer.
RELATIVE_TELLS = _pattern(
    r"""
    sa(?:ys?|id|w); tells?; told; notice[sd]?; report(?:s|ed)?; thinks?; thought; worr(?:y|ies|ied); see[ns]?
    ; observe[sd]?; witness(?:es|ed)?
    ; mention(?:s|ed)?; state[sd]?; confirm(?:s|ed)?; recall(?:s|ed)?; remember(?:s|ed)?; den(?:y|ies|ied)
    ; describe[sd]?; brought
    ; brings; found; finds; ask(?:s|ed)?; called; calls; watch(?:es|ed); hears?; heard; fears; adds; argue
    """,
    before=r"\W*(?:who (?:\w+ ){1,5}?)?(?:(?:has|have|had|also|now|and (?:his|her|my|the) \w+)\s+)?",
    after=r"\b",
)
RELATIVE_TOLD = _pattern(
    r"""
    according to; (?:SEEN|witnessed|told|given|brought(?: in)?|accompanied|filmed|taken|history) (?:by|from); as per
    """,
    after=r"\s+$",
)
# A relative who is the person told of: *my 9-year-old daughter*, *my father, 71*.
CARED_FOR = re.compile(
    "child|baby|boy|girl|kid|son|daughter|husband|wife|partner|grandson|granddaughter", re.IGNORECASE
)
AGED_RELATIVE = _pattern(
    r"""
    (?:my|our)\s+(?:\w+\s+)?(?:\d+[- ](?:year|month|week|day)s?[- ]old|\w+[- ]year[- ]old|newborn|baby|little
    |eldest|youngest)
    (?:\s+(?P<of>KIN|CHILD))?
    ; (?:my|our)\s+(?P<comma>KIN),\s+(?:aged\s+)?\d+\b
    ; (?:my|our)\s+(?P<is>KIN),?\s+(?:is|aged|who is|turned)\s+(?:now\s+|only\s+)?
    (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b
    """
)
RELATIVE_FIRST = _pattern(r"(?:my|our) (?:\w+ )?(?P<of>KIN|CHILD)")
OWN_WORDS = _pattern(
    r"""
    I'm; I've; I (?:(?:also|now|often|sometimes|still) )?(?:have|had|am|was|get|got|feel|felt|can|cannot|can't
    |could|do|did|don't|didn't|never|take|took
    |woke|wake|suffer|started|began|lost|fell|keep|noticed|cramp|drop|shake|see|walk|sweat)
    ; my (?:own )?(?!KIN|CHILD|family|\d|eldest|youngest|little|newborn)\w+
    """
)
# After a relative these lead back to the person.
BACK_TO_PERSON = _pattern(
    r"""
    (?:\b(?:and|but|while|whereas|though)|,)\s+(?:i|my|he himself|she herself|the patient|the boy|the girl)\b
    ; ^\s*(?:he|she)\b; \bI\s; \bI'; \b(?:an?|the|this) (?:\d+[- ]year[- ]old )?(?:woman|man|lady|gentleman)\b
    ; \d[- ]year[- ]old\b
    ; \bpatient\b; \bmyself\b; ,\s*(?:he|she|his own|her own)\b; \bbut (?:he|she|i|my|his|her)\b; \band (?:he|she)\b
    """,
    before="",
    after="",
)
# What was cut out for it is no longer there, and what something was treated as it need not have been.
PAST = _pattern(
    r"""
    (?:treated|diagnosed at first|mistaken|admitted) as; (?:operations?|operated|operated on|surgery|removed|taken out
    |resected|resection|radiotherapy|chemotherapy|irradiated|cut out) (?:\w+ )?(?:for|because of)
    ; (?:tablets?|injections?|medicines?|drugs?|pills?|drops|remed(?:y|ies)|something) against
    """,
    after=r"\s+(?:an?\s+|the\s+)?$",
)
# A remedy against a finding, or whoever sees to it, is no finding: *nausea tablets*, *the epilepsy clinic*.
REMEDY = _pattern(
    r"""
    [- ](?:tablets?|pills?|capsules?|medicines?|medications?|drugs?|drops|jabs?|shots?|vaccin\w+|injections?
    |spray|cream
    |gel|patch(?:es)?|clinic|ward|nurse|specialist|remed(?:y|ies)|therapy|diary|treatment|killers?|relievers?)
    """,
    before="",
)
