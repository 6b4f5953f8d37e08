"""Overs without a call: times, bands, radios, roads, codes, other services, scores, parts, stumps of calls."""

from __future__ import annotations

import pytest

from tests.unit.services.extract.domain.reading import calls

OVERS = """
The meeting is at 7 o'clock at the Denny's on 4th and Alder.
I'll catch you on the 9 o'clock news.
It's 5:45 and I've got to pick up the kids at 6.
Well, it's 10 after 7 here in Arizona, we don't do daylight saving.
We usually start at 19:30 local, that's 0230 Zulu.
At 2 PM we had 104 degrees, and at 8 PM it was still 97.
By 5 AM I was already on the road.
I am on 80 meters most evenings, 3.865 or so.
Try 7.185, we're there at 8 AM Pacific.
Two meters is dead but 6 was wide open into Florida.
The 220 machine is 224.38 minus with a 1 4 1 3 tone.
The input is 449.125, PL 136.5.
I'm running the Yaesu FT-891 on the mobile and a 991A in the shack.
My HT is a Kenwood TH-F6A, the old triband.
It's an ICOM IC-2730A with the remote head.
I picked up an FTM-400XDR at the hamfest for 2 bills.
He's got a K3 and a KPA500, all Elecraft.
The Xiegu G90 is a nice little rig for POTA.
I've got the Anytone 878 UV 2 plus.
The old Heathkit HW-8 still works.
I'm on a Wouxun KG-UV9D.
The Flex 6400 is down for a software update, version 3.5.
That's a Baofeng UV-82 HP with the 8 watt final.
I bought a TYT MD-380 and a MD-UV390.
My amplifier is a Heathkit SB-220 with a pair of 3-500Zs.
He has the Ameritron AL-811H with the 811As.
Running a Hustler 6BTV in the back yard.
It's a Cushcraft R8 vertical with no radials.
The Comet GP-6 is up at 30 feet on the mast.
A 2 element quad for 10, 15 and 20.
I've got an EFHW 49 to 1 for 40 through 10.
Take I-405 south to exit 13B, that's Northeast 8th.
I'm southbound on Highway 99 at 145th.
Route 66 goes right through Amarillo.
He's stuck on US-2 at milepost 58.
I live off of County Road 4 B.
State Route 9 at Clearview is backed up.
I'm in grid square EM48 near Saint Louis.
My grid is FN31pr, Newington.
Looking for contacts from DN70 on six.
Grid CN85, Portland, Oregon.
Echo November 9 1, that's the grid around Indiana... I mean the field is EN91.
You're 5 by 9 plus 20 over S9.
I give you a 5 7, with some QSB.
Q5 copy, about an S7.
QRM is terrible on 40, QRN too.
QSL, QSL, 73 and have a good one.
QRZ? Anybody else for the net?
QRX one, phone's ringing.
We need to QSY up 5 to get away from the QRM.
I'm QRP tonight, 5 watts.
Charlie brought the coffee and Mike brought 2 dozen donuts.
We went to see Romeo and Juliet at the Fifth Avenue.
Papa always said November 7 was the first frost.
She drives a Sierra and he drives a Golf.
There's a Delta flight at 6 to Lima with one stop.
India played 4 matches at the Oval.
Oscar is 9 and Victor is 12.
The Uniform Building Code of 97.
The alpha and the bravo channels are 1 and 2.
Tango dancing at the Hotel Sierra, 7 to 9.
He got an Echo Dot and a Nest 3.
Yankee Stadium was sold out, 7 to 4 final.
My Kilo watt meter reads 2 amps.
He's a Whiskey drinker, 12 years old minimum.
Zulu time is 7 hours ahead, 8 in winter.
Golf course hole 7 was flooded.
X-ray showed 2 broken ribs.
GMRS repeater is WQXY 492.
My GMRS call is WRFN 228, unit 2.
This is Whiskey Romeo Mike Quebec 5 5 1 mobile on GMRS.
W-R-K-M-2-2-9 monitoring channel 19.
The NOAA station is KHB 60, Seattle.
KEC 91 on 162.4.
NOAA weather radio, W X J 43.
WXK 27 Austin.
Cessna 4 3 2 Papa Golf, left downwind 3 4.
November 5 2 7 Sierra Papa is on short final.
Alaska 261 diverted to SeaTac.
Skywest 3 4 1 2 heavy.
Med flight 7 is inbound to Harborview.
Coast Guard station Seattle on channel 16.
USS Missouri, BB-63.
Engine 7, ladder 4 and battalion 2 responded.
Unit 12 to base.
The license plate was 7 ABC 123.
The plate is A B 4 7 2 3 9.
Washington plate B as in boy, 8 2 7, Charlie.
John 3 16 is my favorite.
Psalm 23, 1 through 6.
First Corinthians 13.
Genesis 1 1, in the beginning.
The Mariners won 5 to 2 over the A's.
Seahawks 24, Niners 17.
It was 3 2 in overtime.
Final score Kansas City 31, Buffalo 28.
It's 72 degrees and 40 percent humidity.
Barometer is 30.02 and rising, wind out of the west at 7.
We got 2 and 3 quarter inches of rain.
The low was 28 F and the high was 44 F.
It got down to 5 C last night.
I'm running Windows 11 on a Dell XPS 13.
It's a Raspberry Pi 4 B with 8 gigs.
The Samsung S24 and the Pixel 8 A.
The M2 MacBook Air.
He flew in on United 237 from Denver.
American Airlines gate B 7.
Seat 22 A by the window.
I'm at 1423 North 7th Avenue.
The address is 9 A Elm Street.
PO Box 4 W, Route 2.
2217 East K Street.
Apartment 3 B on the second floor.
Northwest 4th and K.
The resistor is 4 K 7, quarter watt.
A 10 microfarad cap and a 1N4148 diode.
Use a 2N2222A or a 2N3904.
The regulator is an LM317T.
An MRF 454 final.
The 6146Bs are getting soft.
You want a PL-259 to SO-239 adapter.
LMR-400 or 9913 flex.
RG-213 will do, or RG 8 X.
DB-9 connector, pin 2 and 3.
RJ-45 on the mic, 8 pin.
The fuse is a 20 A slow blow.
12.6 V at 4 A.
I need a 5 V 3 A supply.
Node 29285 is connected to hub 27339.
Echolink node 9 7 6 3 4.
Talkgroup 3153 on the Brandmeister.
DMR ID 3 1 5 3 2 7 8.
Wires-X room 21493.
YSF 11689 America Link.
Reflector XRF 012 B.
Dstar reflector 30 Charlie.
Reflector REF001C is busy.
P25 talkgroup 10200.
IRLP node 3 0 0 5.
Color code 1, slot 2.
CQ CQ CQ, calling CQ 20 meters, CQ.
Solar flux 168, A index 12, K index 3.
We had an M 5 flare and an X 1.
SFI is 152 and K is 2.
The ISS pass is at 8 14, max elevation 62.
AO-91 and SO-50 are both up.
Launching on a Falcon 9.
Delta 4 Heavy and Atlas 5.
Apollo 11 and Gemini 7.
SpaceX Crew 8.
Channel 4 news at 11.
KIRO 7 has it on their website.
KOMO 4 and KING 5 both covered it.
We listen to NPR on KUOW 94 9.
That was on K-LOVE.
KJR 950 sports radio.
WGN 720 Chicago.
Vitamin D3, 5000 I U.
B12 shots every week.
My blood pressure was 120 over 80.
A1C was 6.2.
I had an MRI of L4 and L5.
He's a Type 2 diabetic.
Covid 19 put me down for 2 weeks.
I gave 3 for the price of 2.
I went to 2 hamfests and 1 swap meet.
Are you going to be on at 7 for the net?
How are you, I see you made it.
I see 2 or 3 of you are here.
Why you would want to be there at 4 I don't know.
Okay, you are number 4 on the list.
One two three four, testing, test.
Testing 1 2 3 alpha bravo charlie.
Alpha alpha, radio check.
Roger, over and out.
Is the frequency in use?
Anybody around on the repeater this morning?
Net control this is, uh, hang on, I have to look up my new call.
I just got my call in the mail, it's a KK7 call.
All the KJ7s and KK7s are new.
He has one of those one by two calls, W7 something.
W-7 land.
He's in zero land, a W0.
I worked a JA and a couple of VEs, plus 3 VKs.
I need K H 6 and K L 7 for worked all states.
Stations with call signs A through K.
Suffix is Delta Lima.
The prefix is Kilo Charlie 9.
Your last two letters were Mike Golf, what's the rest?
Kilo Charlie... you dropped out.
Kilo Echo 7 November... lost you.
I only got the Whiskey Bravo, the rest was in the noise.
Station calling, I got a Kilo 4, try again.
The station that ended in Papa X-ray, go ahead.
Somebody with a seven in their call.
Mike Mike, are you there?
Class E 2 E fire.
It's in section 97.113 A 3.
Part 97 E, 5 12.
T 8 A 0 4 is on the tech exam.
G 1 C 0 7 on the general pool.
I'm studying for E 4 B right now.
H R 1590 is the bill.
Senate bill S 3690.
Form 605 and F R N.
N 95 masks at Costco.
A K 47 or an A R 15.
M 4 carbine.
F 16 and F A 18s out of Whidbey.
B 52 and K C 135 tankers.
C 17 over the house.
H 2 O and C O 2.
Boeing 737 Max 8.
Airbus A 3 2 0.
The A 10 Warthog.
E 85 gas and number 2 diesel.
I put in a K N filter, K 2 4 9.
Ford F 2 5 0 Super Duty.
It's a Subaru WRX with a 6 speed.
My Honda EU2200i generator.
CR 2032 and 18650 batteries.
I have a D 4 Cat dozer.
John Deere X 3 5 0.
Kubota L 2 5 0 1.
BMW R 1200 G S.
Harley F L H T 1 0 3.
Put a notch filter on it.
I'm using the notch, it works.
Any KE7s out there, or KJ7s?
a W7 op and a VE7 guy
KO in round 2, wow
a motor and a motel in Moses Lake
on November 4 Mike and Charlie came
the hotel 7 miles out
""".strip().splitlines()


@pytest.mark.parametrize("text", OVERS)
def test_no_call_is_found_in_it_nor_added_to_the_one_beside_it(text: str) -> None:
    assert calls(text) == []
    assert calls(f"This is W7XYZ. {text} W7XYZ clear.") == ["W7XYZ"]
