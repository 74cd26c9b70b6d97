# loss: merge: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: the host may have no folder with $ in its name: mail for 'Mail "${x}" \\ #' then stays in the inbox
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
# loss: (script): approximate: rules are left out until the script is as small as the smallest host takes; a target of your own (--target FILE) may hold more
# loss: (script): approximate: a phrase with ${ is looked for with any one character in place of the brace
require ["fileinto","variables"];
set"dollar""$";set"c""";set"b""";set"a""";set"d""";set"e""0";if header:matches"subject""*dear $?first_name}*"{set"b""${b}x";}if string:matches:comparator"i;octet""${b}""${c}x*"{set"d""yes";}if string:is:comparator"i;octet""${d}""yes"{if anyof(header:contains"X-A"["say \"hi\" \\ there","100%"],header:matches"X-A""*$?hex:22}; discard;*"){set"a""${a}xxxxx";}if address:all:is"from""a*b@x.example"{set"a""${a}xxxxx";}}
if string:matches:comparator"i;octet""${a}""xxxxx*"{set"e""3";}if string:is:comparator"i;octet""${e}""3"{fileinto"Mail \"${dollar}{x}\" \\ #";stop;}
