# loss: cold: approximate: the host knows no regular expressions, so no Authentication-Results can be read; the sender's own words cannot be told from quoted ones: the whole text is searched; the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: known: dropped: the host knows no regular expressions, so no Authentication-Results can be read
# loss: stated: dropped: the host knows no regular expressions, so no Authentication-Results can be read; the sender's own words cannot be told from quoted ones: the whole text is searched; the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not; the policy says sieve: omit
# loss: vouched: dropped: the host knows no regular expressions, so no Authentication-Results can be read
# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
# loss: (script): approximate: rules are left out until the script is as small as the smallest host takes; a target of your own (--target FILE) may hold more
# loss: (script): approximate: a phrase with ${ is looked for with any one character in place of the brace
require ["fileinto","body","variables"];
set"c""";set"d""";set"a""";set"b""";set"e""";set"f""";set"g""0";if not exists"X-Never"{set"a""${a}x";}if string:matches:comparator"i;octet""${a}""${c}x*"{set"e""yes";if allof(not size:over 1M,body:content["text/plain","text/html"]:contains"we met"){set"f""stated";}}if string:is:comparator"i;octet""${e}""yes"{if string:is:comparator"i;octet""${f}"""{set"b""${b}xxxxxxxxxx";}}if string:matches:comparator"i;octet""${b}""${d}xxxxxxxxxx*"{set"g""3";}
if string:is:comparator"i;octet""${g}""3"{fileinto"Recruiters";stop;}
