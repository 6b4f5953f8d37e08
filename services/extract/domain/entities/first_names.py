"""First names that operators often have: a name that is one needs no capital to be believed."""

from __future__ import annotations

from services.extract.domain.words import words

FIRST_NAMES = words("""
    aaron abby abe abigail adam adrian al alan albert alex alexander alice alison allen alvin amanda amber amy andrea
    andrew andy angela anita ann anna anne annie anthony april archie arlene arnold art arthur ashley audrey barb barbara
    barney barry beatrice becky ben benjamin bernard bernie bert beth betty beverly bill billy blake bob bobby bonnie
    brad bradley brandon brenda brent brett brian bruce bryan caleb calvin cameron candace carl carla carlos carol
    caroline carolyn carrie casey catherine cathy cecil chad charles charlie charlotte cheryl chester chris christina
    christine christopher chuck cindy claire clara clarence clark claude clay clayton cliff clifford clint clyde cody
    colin connie corey craig crystal curt curtis cynthia dale dan dana daniel danny darlene darrell darren darryl dave
    david dawn dean deb debbie deborah denise dennis derek derrick diana diane dick dolores don donald donna doreen
    doris dorothy doug douglas duane dustin dwayne dwight earl ed eddie edgar edith edna edward edwin eileen elaine
    eleanor elizabeth ellen elmer emily emma eric erica erik erin ernest ernie ethan ethel eugene eva evan evelyn faye
    fern florence floyd frances francis frank franklin fred freddie frederick gabriel gail gary gene george gerald
    geraldine gerry gilbert gina gladys glen glenn gloria gordon grace grant greg gregory guy gwen hal hank hannah hans
    harold harriet harry harvey hazel heather hector heidi helen henry herb herbert herman holly homer horace howard
    hugh ian ingrid irene iris irma isaac ivan jack jackie jacob jacqueline jake james jamie jan jane janet janice jared
    jason jay jean jeff jeffrey jen jennifer jenny jeremy jerome jerry jess jesse jessica jill jim jimmy joan joanne joe
    joel john johnny jon jonathan jordan jorge jose joseph josh joshua joy joyce juan judith judy julia julian julie
    june justin karen karl kate katherine kathleen kathryn kathy katie keith kelly ken kenneth kenny kevin kim kirk kurt
    kyle lance larry laura lauren laurie lawrence lee leo leon leonard leroy leslie lester lewis linda lisa lloyd lois
    lonnie loren lori lorraine louis louise lucas lucille lucy luis luke luther lyle lynn mabel manuel marc marcia
    marcus margaret marge maria marian marie marilyn mario marion marjorie mark marlene marsha marshall martha martin
    marty marvin mary matt matthew maureen maurice max megan mel melissa melvin michael michelle mike mildred milton
    mindy miriam mitch mitchell molly monica morris myron nancy naomi natalie nate nathan neil nelson nicholas nick
    nicole nina noah nora norm norma norman olivia oscar otis otto owen pam pamela pat patricia patrick patty paul paula
    pauline pedro peggy penny percy perry pete peter phil philip phillip phyllis rachel ralph ramon randall randy ray
    raymond rebecca reggie regina rhonda richard rick ricky rob robert roberta robin rod rodney roger roland ron ronald
    ronnie rosa rose rosemary ross roxanne roy ruben russ russell rusty ruth ryan sally sam samantha samuel sandra sandy
    sara sarah scott sean seth shane shannon sharon shawn sheila shelly sheri sherman sherry shirley sid sidney simon
    sonia sophia spencer stan stanley stella stephanie stephen steve steven stewart stu stuart sue susan suzanne sylvia
    tamara tammy tanya ted teresa terri terry thelma theodore theresa thomas tiffany tim timothy tina todd tom tommy
    toni tony tracy travis trevor troy tyler valerie vanessa vera vern vernon veronica vicki vickie victor victoria
    vince vincent viola virgil virginia vivian wade wallace wally walt walter wanda warren wayne wendell wendy wes wesley
    wilbur will willard william willie wilma winston yvonne zach zachary
""")
