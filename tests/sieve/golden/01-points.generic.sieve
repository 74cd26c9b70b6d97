# loss: offers: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: nameless: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: travel: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
# loss: (script): approximate: rules are left out until the script is as small as the smallest host takes; a target of your own (--target FILE) may hold more
# loss: (script): approximate: a phrase with ${ is looked for with any one character in place of the brace
require ["fileinto","imap4flags","body","variables"];
set"a""";set"b""";set"c""";set"d""";set"f""";set"e""0";if header:contains"subject"["help desk"," dba "]{set"c""${c}xxx";}if exists"In-Reply-To"{set"a""${a}xxxx";}if string:matches:comparator"i;octet""${c}""${a}xxx*"{set"f""yes";}if string:is:comparator"i;octet""${f}""yes"{if anyof(header:contains"subject""dear candidate",allof(not size:over 1M,body:content["text/plain","text/html"]:contains"dear candidate")){set"d""${d}xxxxxxx";}if anyof(header:contains"subject""travel",allof(not size:over 1M,body:content["text/plain","text/html"]:contains"travel")){set"b""${b}xx";}}
if string:matches:comparator"i;octet""${d}""${b}xxxxx*"{set"e""1";}if string:is:comparator"i;octet""${e}""1"{addflag"$coldstop-tag";}elsif string:is:comparator"i;octet""${e}""3"{fileinto"Recruiters";stop;}
