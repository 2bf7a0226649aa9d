"""The forms of the clauses that are read, by the kind of statement; ``grammar`` is the notation.

They are tried in this order, and the first that fits is what the clause says.
"""

from __future__ import annotations

from .grammar import forms

FROZEN = forms("""
WHAT BE [strictly|now] FORBID INTO TARGET
no WHAT [MAY] [ever] [be|is|are] [PERMIT|INTRODUCED] INTO TARGET
there (?:is|are|must_be|should_be|can_be|may_be|shall_be) no WHAT INTO TARGET
nothing WHAT [MAY] [ever] [be|is|are] [PERMIT|INTRODUCED] INTO TARGET
WHAT NEVER [be] INTRODUCED INTO TARGET
(?:do_not|never) ADD WHAT INTO TARGET
(?:do_not|never) add INTO TARGET
(?:do_not|never) (?:extend|expand|grow|enlarge|add_to) TARGET
TARGET BE [now|strictly] CLOSED
TARGET BE [now|strictly] CLOSED (?:to|for|against) WHAT
TARGET BE (?:a|our|the) [legacy|transitional] CLOSED (?:package|namespace|domain)
TARGET [MAY] (?:only_(?:ever_)?shrinks?|shrinks?_only|only_(?:ever_)?gets?_smaller)
TARGET NEVER grows?
TARGET NEVER be (?:added_to|extended|expanded|grown)
TARGET NEVER (?:TAKE|HOLD) NEWCOMERS
TARGET [MAY] (?:TAKE|HOLD) (?:no|nothing) NEWCOMERS
TARGET (?:is|are) (?:not|no_longer) (?:accepting|taking) NEWCOMERS
treat TARGET as [a] CLOSED [package|namespace]
""")
_RETIRED = (
    "(?:CLOSED|deprecated|legacy|obsolete|transitional|(?:being_|to_be_)?(?:retired|phased_out"
    "|wound_down|removed|deprecated|migrated)|going_away|on_its_way_out|a_legacy_package)"
)
_THERE = "(?:there|to_it|in_it|into_it|here|in_there)"
# Two clauses that close a package together: *P is deprecated; new messages go to Q*.
RETIRED = forms(
    f"""
TARGET BE [now] {_RETIRED} [[,;:]] [so|and|hence|therefore] no WHAT [MAY] [be] [INTRODUCED] [{_THERE}]
TARGET BE [now] {_RETIRED} [[,;:]] [so|and|hence|therefore] nothing WHAT [MAY] [be] [INTRODUCED] [{_THERE}]
TARGET BE [now] {_RETIRED} [[,;:]] [so|and|hence|therefore] (?:do_not|never) ADD WHAT {_THERE}
TARGET BE [now] {_RETIRED} [[,;:]] [so|and|hence|therefore] [it] (?:TAKE) (?:no|nothing) WHAT
TARGET BE [now] {_RETIRED} [[,;:]] [so|and|hence|therefore] WHAT [MUST] [be] (?:LIVE|INTRODUCED) INTO OTHERS [instead]
TARGET BE [now] {_RETIRED} [[,;:]] [so|and|hence|therefore] ADD WHAT INTO OTHERS [instead]
TARGET BE [now] {_RETIRED} [[,;:]] [so|and|hence|therefore] use OTHERS for WHAT [instead]
""",
    tail=False,
)
ONLY = forms("""
TARGET [MAY] HOLD SUBJECT ONLY
TARGET [MAY] HOLD SUBJECT and nothing else
TARGET [MAY] (?:ONLY_HOLD|HOLD_ONLY|HOLD_nothing_(?:but|other_than|except)) SUBJECT
TARGET (?:is|are) (?:reserved|ONLY|there_only|meant_only) for SUBJECT
TARGET (?:is|are) (?:limited|restricted) to SUBJECT
TARGET (?:is|are) for SUBJECT ONLY
only SUBJECT [MAY] [be|is|are] (?:LIVE|PERMIT|INTRODUCED) INTO TARGET
nothing (?:but|other_than|except) SUBJECT [MAY] [be|is|are] (?:LIVE|PERMIT|INTRODUCED) INTO TARGET
use TARGET only for SUBJECT
use TARGET for SUBJECT only
""")
EXCLUDES = forms("""
TARGET NEVER (?:HOLD|OWN|be_used_for) [any] SUBJECT
TARGET [MUST] HOLD no SUBJECT
TARGET (?:is_no|is_not_(?:a|the)|are_no) (?:place|home|package) (?:for|of) SUBJECT
TARGET [MUST] [knows|know|HOLD|says|say] nothing ABOUT SUBJECT
SUBJECT NEVER [be] (?:LIVE|PLACED|INTRODUCED) INTO (?:TARGET|SHORTPACKAGE)
SUBJECT (?:is|are) not [a] (?:part_of|PERMIT_in|at_home_in|OWNED_by) TARGET
SUBJECT BE FORBID INTO TARGET
SUBJECT [MUST] (?:stay|stays|be_kept) out of TARGET
(?:do_not|never) ADD [any] SUBJECT INTO TARGET
(?:do_not|never) use TARGET for SUBJECT
keep SUBJECT out of TARGET
no SUBJECT [MAY] [ever] [be|is|are] [PERMIT|INTRODUCED|LIVE] INTO TARGET
there (?:is|are|must_be|should_be|shall_be) no SUBJECT INTO TARGET
(?:nothing|no_(?:contract|message|type)s?) ABOUT SUBJECT [MAY] [ever] [be|is|are] [PERMIT|INTRODUCED|LIVE] INTO TARGET
""")
HOME = forms(r"""
the [canonical|only|right] (?:home|place|package) (?:of|for) SUBJECT is TARGET
(?:anything|everything|all_things) (?P<subject>[^\W\d]+)-related [MUST] [ALWAYS] [is|are|be] (?:LIVE|INTRODUCED|PLACED) INTO TARGET
(?:anything|everything|all|whatever_is|what_is|things?) ABOUT SUBJECT [MUST] [ALWAYS] [is|are|be] (?:LIVE|INTRODUCED|PLACED|OWNED) (?:INTO|by) TARGET
(?:anything|everything|all|whatever_is|what_is) ABOUT SUBJECT (?:is|are) [a] (?:part_of|OWNED_by) TARGET
(?:if|when|where|whenever) SOMETHING (?:is_)?(?:ABOUT|concerns|deals_with|relates_to|describes|belongs_to) SUBJECT , [then] [it] [MUST] [be] (?:LIVE|PLACED) (?:INTO|in) TARGET
(?:if|when|where|whenever) SOMETHING (?:is_)?(?:ABOUT|concerns|deals_with|relates_to|describes) SUBJECT , [then] ADD it INTO TARGET
SUBJECT [all|both] [MUST] [ALWAYS] LIVE [ALWAYS] INTO (?:TARGET|SHORTPACKAGE) [only]
SUBJECT (?:MUST_be|is|are) [ALWAYS] [PLACED] [ALWAYS] INTO (?:TARGET|SHORTPACKAGE) [only]
SUBJECT (?:MUST_be|is|are) [ALWAYS] OWNED (?:in|by) (?:TARGET|SHORTPACKAGE) [only]
SUBJECT (?:MUST_be|is|are) [a] (?:part_of|the_(?:responsibility|job|business)_of|at_home_in) TARGET
SUBJECT [MUST] (?:has|have|finds?) (?:its|their) home INTO TARGET
SUBJECT BE [ALWAYS] TARGET [only]
SUBJECT (?:BE|MUST_(?:remain|stay)) SHORTCONTRACTS
SUBJECT [MUST] [be] (?:LIVE|INTRODUCED|PLACED) (?:nowhere|in_no_package) [else] (?:but|than|except) INTO TARGET
SUBJECT NEVER [be] (?:LIVE|INTRODUCED|PLACED) outside [of] TARGET
(?:do_not|never) ADD SUBJECT outside [of] TARGET
no SUBJECT [MAY] [be|is|are] [LIVE|PERMIT|INTRODUCED] outside [of] TARGET
[ALWAYS] ADD SUBJECT [ALWAYS] INTO TARGET [only]
only TARGET [MAY] (?:OWN|HOLD) SUBJECT
[ALWAYS] use TARGET for SUBJECT
TARGET (?:is|are) [the_(?:place|package|home|one)|meant|there] for SUBJECT
TARGET [MUST] (?:OWN|HOLD) (?:everything|anything|all)_ABOUT SUBJECT
TARGET [MUST] (?:OWN|HOLD) SUBJECT
TARGET (?:is|are) (?:responsible_for|in_charge_of|home_to|(?:the|a)_(?:(?:canonical|only|right)_)?(?:home|place|package)_(?:of|for)) SUBJECT
TARGET (?:is|are) where SUBJECT LIVE
SUBJECT (?:\u2192|->|=>|\u21d2|:) TARGET
""")
DEPENDENCIES = forms(
    """
TARGET NEVER DEPEND [ANYTHING_(?:in|from|of)|on] OTHERS
TARGET NEVER have [a|any] dependenc(?:y|ies) on OTHERS
TARGET [MUST] (?:has|have) no dependenc(?:y|ies) on OTHERS
TARGET [MUST] DEPEND nothing (?:in|from|of) OTHERS
(?:do_not|never) DEPEND [ANYTHING_from] OTHERS (?:from|in|inside|within|into) TARGET
no (?:dependenc(?:y|ies)|imports?|references?) (?:from|of|in) TARGET (?:on|to|into|of) OTHERS
no (?:dependenc(?:y|ies)|imports?|references?) (?:on|to|of|from) OTHERS (?:from|in|inside|within) TARGET
only ALLOWED [MAY] DEPEND [ANYTHING_(?:in|from|of)] OTHERS
OTHERS MAY only be DEPENDED (?:by|from|in) ALLOWED
OTHERS NEVER be DEPENDED (?:by|from|in) TARGET
TARGET (?:BE|MUST_be|MUST_stay) [fully] (?:independent|free) of OTHERS
(?:nothing|nobody|no_one|no_(?:other_)?package|none) [MAY] DEPEND OTHERS
TARGET [MAY] (?:ONLY_DEPEND|DEPEND_ONLY|DEPEND_only_on|DEPEND_nothing_(?:but|except)) ALLOWED
TARGET (?:MUST_|MAY_)?DEPEND nothing [else]
TARGET NEVER DEPEND (?:anything|any_other_packages?|any_packages?|other_packages)
TARGET NEVER DEPEND each other
TARGET BE [fully] independent of (?:each_other|one_another)
""",
)
ADDITIVE = forms(
    """
VERSIONS BE [ALWAYS] ADDITIVE
VERSIONS (?:is|are) stable [[,:;]|and] (?:ADDITIVE|only_additive|additive_only) [changes] [only]
VERSIONS [MAY] only [ever] grows?
VERSIONS [MUST] (?:NEVER_)?(?:never_breaks?|not_break|never_be_broken)
VERSIONS NEVER (?:breaks?|be_broken)
VERSIONS BE [fully|always] (?:(?:backwards?|wire)[-_])?compatible
[ALL] changes? (?:to|in|within) VERSIONS BE [ALWAYS] ADDITIVE
only additive changes (?:is|are) PERMIT INTO VERSIONS
VERSIONS (?:allows?|permits?|TAKE) (?:only_additive_changes|additive_changes_only)
VERSIONS (?:allows?|permits?|TAKE) no BREAKING changes?
(?:no|never) [a|any] BREAKING changes? [MAY] [be] [made|PERMIT] (?:to|in|within|of) VERSIONS
[ALL] BREAKING changes? BE FORBID INTO VERSIONS
(?:do_not|never) break VERSIONS
(?:do_not|never) make BREAKING changes? (?:to|in|within) VERSIONS
(?:do_not|never) REMOVE(?:(?:_,)?_(?:or|and|nor)_REMOVE|_,_REMOVE)* [a|an|any|the|existing|any_existing] MEMBER(?:_(?:or|and|nor)_MEMBER)* (?:in|from|of) VERSIONS
MEMBER(?:_(?:or|and|nor)_MEMBER)* (?:in|of) VERSIONS NEVER [be] REMOVED(?:(?:_,)?_(?:or|and|nor)_REMOVED|_,_REMOVED)*
""",
    tail=False,
)
ALWAYS_ADDITIVE = forms(
    """
(?:all|every|each) [of] [our|the] packages? BE [ALWAYS] ADDITIVE
(?:all|every|each) [of] [our|the] packages? [MAY] only [ever] grows?
(?:all|every|each) packages? [MUST] (?:NEVER_)?(?:never_breaks?|not_break|never_be_broken)
(?:do_not|never) REMOVE(?:(?:_,)?_(?:or|and|nor)_REMOVE|_,_REMOVE)* [a|an|any|the|existing|any_existing] MEMBER(?:_(?:or|and|nor)_MEMBER)*
[existing] MEMBER(?:_(?:or|and|nor)_MEMBER)* (?:NEVER_be|are_never) REMOVED(?:(?:_,)?_(?:or|and|nor)_REMOVED|_,_REMOVED)*
""",
    tail=False,
)
# What breaks goes to a later version, so that the earlier ones only grow.
LATER = forms(
    """
[ALL] BREAKING changes? [MUST] [always|only] (?:LIVE|be_made|are_made|INTRODUCED|happen) INTO [a|the] [new] VERSIONS [only]
[ALL] BREAKING changes? [.*?] (?:MUST|needs?|requires?) BUMP
""",
    tail=False,
)
NOTES = forms(
    """
[ALL] BREAKING changes? [.*?] (?:MUST|needs?|requires?) BUMP
[ALL] [new] VERSIONS (?:MUST|needs?|requires?) .+
""",
    tail=False,
)
