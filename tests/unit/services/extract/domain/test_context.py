"""What has the shape of a callsign and is none."""

from __future__ import annotations

import pytest

from tests.unit.services.extract.domain.reading import calls

# One line each, as a recogniser would write them: times, bands, radios, tubes, cables, tones, roads, aircraft, grids,
# codes, other services' stations, NATO words in ordinary use, letters' names in ordinary talk, calls cut short.
NO_CALLS = """
I'll be there at 9 AM on Saturday
it is on 40 meters by 3 PM
let's go to 10 watts
I'm running an IC-7300 and an FT-991A into a G5RV
my FT-5DR and my FT5D
the VX-7R and VX8DR handhelds
I have a Yaesu FT3DR
UV-5R and a UV5R mini
the tube is a 6L6GC or a 5Y3GT
Cessna November 7 Alpha Bravo turning final
tail number N5AB
Cessna seven three four two quebec
november one two three alpha bravo
runway two seven, november 8 mike charlie
this is WRXX123
whiskey romeo x-ray x-ray one two three unit 1
this is GMRS station WRKC486
NOAA weather radio KHB60 on 162.55
kilo hotel bravo six zero
K H B 6 0
WWV on 10 megahertz and WWVH
the PL tone is 103.5 on 146.96
PL 100 or DCS 023
take I-5 north to exit 142B
take highway 9 A to US 101
grid square CN87 or CN87XK
charlie november eight seven
I'm in DM79 near Denver
you're five nine here in Seattle
5 9 plus 20 over
node 52782 and talkgroup 3100
allstar node 2 7 3 3 9
Q S L, Q T H is Tacoma
QRZ, any more check-ins
we stayed at the Hotel in November with Charlie and Victor
the golf tournament in Delta, Oscar and Romeo won
Mike and Juliet went to India
I drove my Sierra to Lima, Ohio
Kilo 7 grams of sugar
the K9 unit was there
a 4 door truck with a V8
I have a 2 story house and a 3D printer
we need 2 AB batteries and 4 AA cells
Shelter 1 to net control
this is net control, any check-ins
73 everybody
see you at 7 30
at 7 PM on the 2 meter band
in 1999 I got my ticket
C4FM or P25
M17 and MP3
H2O and CO2 and B2B
covid N95 masks
I bought an M1A and an AR15
an A4 page
4X4 truck and a 2x4
the LM7805 and a 2N2222
12V 5A supply
IP address 192.168.1.1
USB 3 C cable
the MFJ-259B
on 2 and 70
one zero four decimal five
this is alpha one, over
alpha team to bravo team
Able baker charlie dog
two to four inches of snow for the five day forecast
I want to see you be there at 8
oh are you going to be here for 2
I see you are at 5 be careful
why are you at 7 see you be
tea for two and two for tea
you are 5 by 9
are you in 4 see if you can
is it 5 or 6 am in the us
there were 8 of us at 7 at the pea soup place
may be 4 for you to see why
the R 7 A antenna
an 811H amp and an AL-80B
kilo seven
this is kilo seven
whiskey seven
alpha bravo charlie
seven alpha bravo charlie
K7
this is K7...
the last letters were alpha bravo charlie
got the kilo seven, missed the rest
something seven alpha bravo charlie
I only got K7A something
ABC123 license plate
the ID-52 and ID-5100A
a TH-D75A and TH-F6A
a TM-V71A
TS-590SG, TS-2000X
November 5 we have a hamfest
on november 2 mike and charlie came
echo two charlie bravo
in the 4 bedroom B and B
it's 8 AM to 5 PM
route 2 B
apartment 4 C
5G and 4K TVs
a D 3 E filter
bus 7 A leaves at 9
be at gate B 2 A
vitamin B 12
the W3C standard
the X1C printer and an A1 mini
my i7 laptop
at 2 for 1
the R2D2 robot
T1D diabetes
the class E2A and G1B exam questions
question T5A03
Part 97 and section 97.119 A 2
Delta flight 4 Alpha gate
band plan is 2M FM
ladies and gentlemen, the IS0 standard
4 AM and 6 PM
up 5 at the M1
QSY to 14 3 0 0
RG8X or RG-58U or LMR400
PL259 and SO239
FT8 and JS8 and WSPR
K index is 3 A index is 7
solar flux is 150, A 7, K 2
sunspot number is one two three, the A index is eight
X 1 flare and an M 5 class flare
X2.3 flare
the EF-8010 wire
I live at 1600 N 7 AVE
I'm at 5 W 3 RD street
USS Kidd, DD 661
a B 17 bomber and B 2 A
the M 2 A 1 gun
alpha 2 bravo squad
lot 7 row G 3 B
seat 4 A and 4 B
a CR2032 battery
we've had 1 or 2 see the light, you know, and why be so hard
you too can be a ham, are you in on it?
I too see why you are here at 5 o'clock
how are you, I see you are in the queue for 2
eye of the tiger at 8, tea at 4, see you there
oh 7 of the bee keepers are here, see
he's on 2 a day and I see you are at 4
he was in Korea for 2 years
king of the hill at 7, queen at 8
George and Henry are in Florida for 2 weeks
Roger, Victor and William went to London for 4 days
John is in Norway, Paul in Ocean City, 5 miles from Boston
Peter, 1 sugar or 2?
the dog and the fox ran 4 miles, easy
how easy is item 4 on the list, Henry?
radio 2 Ocean drive
it's an easy 2 able person job
charlie 1 echo 2
delta 1 to echo 4, over
unit 7 alpha responding
engine 51 to 7 bravo
mike 1 bravo check
november 3 was a tuesday
november 11, oscar night
lima 2 peru
hotel 6 in Sierra Vista
golf 9 holes with Romeo and Juliet
the alpha 87A amplifier
uniform 1 victor hotel
take delta 5 echo to seattle
kilo 1 mike 1
tango 2 for 2
my zulu time is 1 7 0 0 zulu
at 0200 zulu on november 4
2 1 0 0 zulu
we start at zero two hundred zulu, mike will run it
the frequency is 146 point 9 6 with a 1 0 3 point 5 tone
one four six nine six
four four three point five five minus
I run 5 watts on 2 meters, QRP
the 6 AM net and the 9 PM net
give me 1 more A B switch
A B 5 switch
B 2 B and B 2 C marketing
class A 2 B tickets
type N 2 M adapter
type N male to PL 2 5 9
use a N to SMA
a 9 to 1 unun and a 4 to 1 balun
a 20 M dipole at 40 F T
a 6 el yagi on 10 M
vitamin D 3 and B 12
ISO 9001 and IEC 61850
my Ford F150 XLT
an F 150 and an RV
Windows 7 PC
windows 10 and 11
I watched CNN and KOMO 4 news
KOMO 4 TV
KING 5
king 5 news at 6
channel 5 KING TV
FM 97 3 KIRO
W X L 3 4
KZZ 94 weather
station KIH 43
SAR 7 B team
the AN/PRC-77
BC 348 R receiver
an R 390 A receiver
R390A and SP600
a Collins KWM2A
the KWM2 and 75A4 and 32S3
Heathkit HW101 and SB220
Drake TR4C and R4B
Drake R4C
an SB200 and L4B amp
a Kenwood R5000
an Astron RS35M
the RS20A power supply
TR7A
TR4CW
FL2100B
IC2AT and IC02AT
my old HW8 and HW9
HT37 and HT 32 B
SX 101 A
HQ129X
TenTec Orion and Omni VI
K3S with P3
KPA500 and KAT500
the KX2 and KX3
Anan 7000 DLE
the G90 and X6100
QCX mini 40 M
my SDRplay RSP1A and RSP2
RTL SDR V3 and V4
Pi 4 B and Pi 3 B plus
the Raspberry Pi 4B
raspberry pi three b
ESP32 and S3
an N2 chip
Lithium 4S LiFePO4
4S 2P pack
a 3S2P battery
16 AWG
DB9 and DB25F
a DB 9 F connector
RJ45
a BNC to UHF, M 2 F
the tower is 7 R T 25 G
Rohn 25G and 45G
HF2V and R8 verticals
T3FD antenna
T2FD antenna
A3S beam
TH3 junior, TH7DX
TA33JR
CX7 motor
Diamond X50A and X510
diamond SG7900A
comet GP3 and GP9
J pole J 2 M
""".strip().splitlines()


@pytest.mark.parametrize("text", NO_CALLS)
def test_it_is_no_call(text: str) -> None:
    assert calls(text) == []


@pytest.mark.parametrize("text", NO_CALLS)
def test_nor_when_a_call_stands_beside_it(text: str) -> None:
    assert calls(f"This is W7XYZ. {text}. Back to W7XYZ.") == ["W7XYZ"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the W7PSR repeater is up", "W7PSR"),
        ("K7ABC's antenna is a G5RV", "K7ABC"),
        ("a K9AY loop", ""),
        ("this is K9AY in Chicago", "K9AY"),
        ("my homebrew W3XYZ antenna", ""),
        ("Cessna seven alpha bravo, this is W7XYZ", "W7XYZ"),
        ("N7AB in the pattern on downwind", ""),
        ("N7AB checking in", "N7AB"),
        ("here in CN87UO, listening", ""),
        ("a WA5VJB yagi and a W2DU balun", ""),
        ("IC-W2A and IC-T7H", ""),
        ("GMRS station WRXX123 and amateur K7ABC", "K7ABC"),
    ],
)
def test_the_words_around_decide_what_a_call_is(text: str, found: str) -> None:
    assert calls(text) == found.split()
