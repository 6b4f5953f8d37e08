"""First names that operators often have: a name that is one needs no capital to be believed."""

from __future__ import annotations

from services.extract.domain.words import words

FIRST_NAMES = words("""
    aaron abby abe abigail adam adrian ahmed al alan albert alex alexander alice alison allen alvin amanda amber amy
    andrea andrew andy angela anita ann anna anne annie anthony april archie arlene arnie arnold art arthur ashley
    audrey barb barbara barney barry bea beatrice becky ben benjamin bernard bernie bert bertha beth betty bev
    beverly bill billy blake bob bobby bonnie brad bradley brandon brenda brent brett brian bruce bryan buck butch
    caleb calvin cameron candace carl carla carlos carol caroline carolyn carrie casey catherine cathy cecil chad
    charles charlie charlotte cheryl chester chip chris christina christine christopher chuck cindy claire clara
    clarence clark claude clay clayton cliff clifford clint clyde cody colin connie corey craig crystal curt curtis
    cynthia dale dan dana daniel danny darlene darrell darren darryl dave david dawn dean deb debbie deborah denise
    dennis derek derrick diana diane dick dolores don donald donna doreen doris dorothy dot doug douglas drew duane
    duke dustin dwayne dwight earl ed eddie edgar edith edna edward edwin eileen elaine eleanor elizabeth ellen elmer
    emily emma eric erica erik erin ernest ernie ethan ethel eugene eva evan evelyn faye fern florence floyd frances
    francis frank franklin fred freddie frederick gabriel gail gary gene george gerald geraldine gerry gilbert gina
    giovanni gladys glen glenn gloria gordon grace grant greg gregory gus guy gwen hal hank hannah hans harold
    harriet harry harvey hazel heather hector heidi helen henry herb herbert herman hiro holly homer horace howard
    hugh hugo ian ike ingrid irene iris irma isaac ivan jack jackie jacob jacqueline jake james jamie jan jane janet
    janice jared jason jay jean jeannie jed jeff jeffrey jen jennifer jenny jeremy jerome jerry jess jesse jessica
    jill jim jimmy joan joanne joe joel john johnny jon jonathan jordan jorge jose joseph josh joshua joy joyce juan
    juanita judith judy julia julian julie june justin karen karl kate katherine kathleen kathryn kathy katie kay
    keith kelly ken kenji kenneth kenny kevin kim kirk kurt kyle lance larry lars laura lauren laurie lawrence lee
    leo leon leonard leroy leslie lester lewis linda lisa liz lloyd lois lonnie loren lori lorraine louis louise
    lucas lucille lucy luigi luis luke luther lyle lyn lynn mabel mack manny manuel marc marcia marcus margaret marge
    maria marian marie marilyn mario marion marjorie mark marlene marsha marshall martha martin marty marv marvin
    mary matt matthew maureen maurice max megan mel melissa melvin merle michael michelle mick mike mildred milton
    mindy miriam mitch mitchell mohammed molly monica morris mort myron nancy naomi natalie nate nathan ned neil nell
    nelson nicholas nick nicole nina noah nora norm norma norman olivia ollie oscar otis otto owen pam pamela pat
    patricia patrick patty paul paula pauline pedro peg peggy penny percy perry pete peter phil philip phillip
    phyllis pierre rachel raj ralph ramon randall randy ray raymond reba rebecca reggie regina rhonda rich richard
    rick ricky rob robert roberta robin rod rodney roger roland ron ronald ronnie rosa rose rosemary rosie ross
    roxanne roy ruben rudy russ russell rusty ruth ryan sal sally sam samantha samuel sandra sandy sara sarah scott
    sean seth shane shannon sharon shawn sheila sheldon shelly sheri sherman sherry shirl shirley sid sidney silas
    simon skip solomon sonia sophia spencer stan stanley stella stephanie stephen steve steven stewart stu stuart sue
    susan suzanne sven sylvia tamara tammy tanya ted teresa terri terry tess tex thad thelma theodore theresa thomas
    tiffany tim timothy tina toby todd tom tommy toni tony tracy travis trevor trish troy tyler ursula val valerie
    vanessa vera vern vernon veronica vic vicki vickie victor victoria vince vincent viola virgil virginia vivian
    wade wallace wally walt walter wanda warren wayne wei wendell wendy wes wesley wilbur will willard william willie
    wilma wilson winston woody xavier yvonne zach zachary zeke
""")
