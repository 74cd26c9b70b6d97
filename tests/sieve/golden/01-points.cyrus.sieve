# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
# loss: (script): approximate: text that says no charset and leaves ASCII is not searched for words beyond ASCII
# loss: (script): approximate: letters are compared without case by PCRE: U+017F counts as s and U+212A as k
# loss: (script): approximate: of a message over the size limit, rules that count phrases do not search the subject either
require ["fileinto","mailbox","imap4flags","body","variables","regex"];
set"c""";set"d""";set"e""";set"f""";set"k""";set"j""0";set"a""(^|>)([^<>]*[^[:alnum:]<>])?(";set"g""(?-i:[[:space:]]| |&nbsp;|<[^<>]*>)++";set"b"")([^[:alnum:]]|$)";set"h""${a}dear${g}candidate${b}";set"i""${a}travel${b}";if header:regex"subject""${a}help${g}desk|dba${b}"{set"e""${e}xxx";}if exists"In-Reply-To"{set"c""${c}xxxx";}if string:matches"${e}""${c}xxx*"{set"k""yes";}if string:is"${k}""yes"{if anyof(header:regex"subject""${h}",allof(not size:over 1M,body:content["text/plain","text/html"]:regex"${h}")){set"f""${f}xxxxxxx";}if anyof(header:regex"subject""${i}",allof(not size:over 1M,body:content["text/plain","text/html"]:regex"${i}")){set"d""${d}xx";}}
if string:matches"${f}""${d}xxxxx*"{set"j""1";}if string:is"${j}""1"{addflag"$coldstop-tag";}elsif string:is"${j}""3"{fileinto:create"Recruiters";stop;}
