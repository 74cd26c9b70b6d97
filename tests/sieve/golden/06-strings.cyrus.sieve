# loss: (script): approximate: the host may have no folder with " or \ or { in its name: mail for 'Mail "${x}" \\ #' then stays in the inbox
# loss: (script): approximate: text that says no charset and leaves ASCII is not searched for words beyond ASCII
# loss: (script): approximate: letters are compared without case by PCRE: U+017F counts as s and U+212A as k
# loss: (script): approximate: of a message over the size limit, rules that count phrases do not search the subject either
require ["fileinto","mailbox","variables","regex"];
set"dollar""$";set"c""";set"b""";set"a""";set"d""";set"e""0";if header:regex"subject""(^|>)([^<>]*[^[:alnum:]<>])?(dear(?-i:[[:space:]]| |&nbsp;|<[^<>]*>)++[$][{]first_name})([^[:alnum:]]|$)"{set"b""${b}x";}if string:matches"${b}""${c}x*"{set"d""yes";}if string:is"${d}""yes"{if header:contains"X-A"["say \"hi\" \\ there","${dollar}{hex:22}; discard;","100%"]{set"a""${a}xxxxx";}if address:all:is"from""a*b@x.example"{set"a""${a}xxxxx";}}
if string:matches"${a}""xxxxx*"{set"e""3";}if string:is"${e}""3"{fileinto:create"Mail \"${dollar}{x}\" \\ #";stop;}
