"""Short English words: letters that stand together and are no word may be a piece of a callsign."""

from __future__ import annotations


def words(*texts: str) -> frozenset[str]:
    """The words of `texts`."""
    return frozenset(" ".join(texts).split())


_SHORT = """
ah al am an as at be by de do ed eh er go ha he hi ho id if in is it la ma me mm mr ms my no of oh ok on or ow pa so st
to uh um up us we ye yo op ops
able about ace ache act add ado age ago ah aha aid ail aim air ale all also alt and ant any ape apt arc are ares ark arm
art ash ask asp ass ate aug awe axe aye baa bad bag bah ban bar bat bay bed bee been beg bell bet bib bid big bin bit
bob boo bow box boy bra bud bug bum bun bus but buy bye cab call cam came can cap car cat check chi cob cod cog col come
con coo cop copy cot cow coy cry cub cue cup cut dab dad dam dan day dec deb den dew dick did die dig dim din dip dive
doc doe dog don done dot down dry dub dud due dug duo dye each ear eat ebb eel egg ego eke elf elk elm end ere err eva
eve ewe eye fad fan far fat fax feb fed fee feel few fig fin fir fit fix flu fly foe fog for fox fro fry full fun fur
gab gag gal gap gary gas gay gee gel gem get gig gin god gone good got gum gun gus gut guy gym had hal ham has hat have
hay hear help hem hen her here hers hew hey hid him hip his hit hob hog hold home hop hot how hub hue hug hum hut ian
ice icy ike ill imp ink inn into ion ira ire irk its ivy jab jam jan jar jaw jay jeb jed jeff jet jig jim job joe jog
jon jot joy jug jul jun just kay keep keg ken key kid kim kin kind kip kit know lab lad lag lake lap lars last late law
lax lay led lee leg len leo les let lew lid lie like line link lip list lit liz log long look lot lou low mac mad mag
man map mar mat max may meg mel men met mic mid mix mob mode mom mon mop more most move mow much mud mug nab nag name
nap near ned net nets new next nice nil nip nob nod node non none noon nor not nov now nun nut oak oar oat oct odd off
oft oil old one only ooh open opt orb ore our out over owe owl own pad pal pan pap par part past pat paw pay pea peg pen
pep per pet phil pie pig pin pit ply pod pole pop pot pro pry pub pug pun pup put rag ram ran rat raw ray read red ref
reg rep rib rich rick rid rig rim ring rip road rob rod role roll ron rot row roy rub rue rug rum run rut rye sad safe
said sal sam same sap sat saw say sea sean see seen send sep set sew sex she show shy sign sin sip sir sis sit six ski
sky sly sob sod some son soon sow soy spa spy stan stay step stew still stop sub sue sum sun sure tab tad tag take tan
tap tar tax tea ted tell ten than that the them then there they thin this thu tie til tim time tin tip toe tom ton too
took top tow toy true try tub tue tug turn two under urn use vac val van vat vet via vic vie vow wag wait walt want war
was wax way wed week well went were west wet what when who why wide wig will win wine wire wish wit woe wok won woo word
work wow wry yak yam yap yaw yea year yep yes yet yew yip you your yup zap zen zip zoo
apr mar jun jul nov sun mon tue wed thu fri sat aka asap etc inc ltd vs ave rd nd th blvd
"""
# Abbreviations of the air and of technology: upper-case, and none of them a suffix.
_ABBREVIATIONS = """
ac agc alc alt amp aprs arrl ares bbs bnc bpl bw cb ccd cd ce ci cpu cq cr ctcss ctr cw db dc dcs dmr dmv dns dsp dtmf
dv dx efhw emi eme emt eoc fb fcc fema fm fo fpv ft fw ghz gmrs gmt gnd gov gps gui gmt ham hf hoa hp ht hv hz iaru ic
if io ip irlp isp iss it jt kb khz km kv kw lan lcd led lf lmr lora lsb ma mf mfj mhz mic mars mph mw nb nc ncs nec ne
ni nm noaa nr nts nw nvis oem om osc pa pc pcb pdt pep pl pll po pob pm pota psk pst psu ptt pvc pwr qrm qrn qro qrp qrq
qrs qrt qru qrv qrx qrz qsb qsk qsl qso qsp qst qsx qsy qth qtr races rf rfi rpm rst rtty rv rx sdr se sk sma skn sms
smd sota sos ssb ssn ssid sstv suv sw swl swr tnc tv tx txc uhf uk usa usb utc vac vfo vhf vip voip vox vpn vs vswr
wan wefax wifi wpm xmit xyl yl zip mst est edt cst cdt akst hst psrg ssd ram gpu hdd dvd vcr lte nas ups atm
bmw vga rca sim ssl ssh ftp pdf ide cpr aed ems cdl dui irs fbi cia fda cdc nws cnn nbc cbs pbs npr bbc mp gb mb
"""
# First names of three letters or less that stand after a call.
_NAMES = (
    "abe al amy ann art ben bob cal dan deb don ed eli eva gil hal ian jan jay jim jo joe jon ken kim lee len leo liz"
)
_MORE_NAMES = (
    "lou max meg mel ned pam pat ray rob rod ron roy sal sam sid stu sue ted tim tom val vic wes zoe guy gus tex"
)
WORDS_NOT_CHUNKS = frozenset(f"{_SHORT} {_ABBREVIATIONS} {_NAMES} {_MORE_NAMES}".split())

# Words that hold sentences together or follow calls: never the letters of a suffix.
FUNCTION_WORDS = words(
    """
ah all also am an and any are as at ate be been but by call came can copy cq day did do don done eh er for from get go
good got had has have he her here hey hi him his hold how if im in into is it its just know last let like long look may
me mic more my near net new next no node nor not now of off oh ok okay old on one only or our out over own put ran ring
said saw say see she sir so some soon ten than that the them then they this to too two uh um up us use via wait was way
we were what when who why will with yes yet you your pm kw mw khz mhz ghz km cm mm ft uhf vhf hf hz db watts rig kit mon
tue wed thu fri sat sun
""",
    _NAMES,
)

# Hesitations that may stand inside a spelled call.
HESITATIONS = frozenset({"uh", "um", "uhm", "er", "erm", "uhh", "umm", "hmm", "hm", "mm", "ah", "ahh"})


def phrases(*texts: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Comma-separated phrases by their first word, the longest first so that the fullest one is found."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for part in ",".join(texts).split(","):
        phrase = tuple(part.split())
        found.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in found.items()}
