# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
require ["fileinto", "mailbox", "imap4flags", "body", "variables", "regex"];
set "against" "";
set "credits" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "text1" "";
set "verdict" "0";
# PCRE2 gives up on long gaps that it might give back; libc would only be slower
set "plus" "";
if string :regex " " "^\\h$" {
  set "plus" "+";
}
set "gap" "([[:space:]]| |&nbsp;|<[^<>]*>)+${plus}";
# offers
if header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Hh][Ee][Ll][Pp]${gap}[Dd][Ee][Ss][Kk]|[Dd][Bb][Aa])([^[:alnum:]]|$)" {
  set "for" "${for}xxx";
}
# answer
if exists "In-Reply-To" {
  set "against" "${against}xxxx";
}
# recruiting from a pitch of 3 on
if string :matches "${for}" "${against}xxx*" {
  set "recruiting" "yes";
}
if string :is "${recruiting}" "yes" {
  # nameless
  set "text1" "([^<>]*[^[:alnum:]<>])?([Dd][Ee][Aa][Rr]${gap}[Cc][Aa][Nn][Dd][Ii][Dd][Aa][Tt][Ee])([^[:alnum:]]|$)";
  if anyof (header :regex :comparator "i;octet" "subject" "(^|>)${text1}", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
    set "objections" "${objections}xxxxxxx";
  }
  # travel
  set "text1" "([^<>]*[^[:alnum:]<>])?([Tt][Rr][Aa][Vv][Ee][Ll])([^[:alnum:]]|$)";
  if anyof (header :regex :comparator "i;octet" "subject" "(^|>)${text1}", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
    set "credits" "${credits}xx";
  }
}
if string :matches "${objections}" "${credits}xxxxx*" {
  set "verdict" "1";
}
if string :is "${verdict}" "1" {
  addflag "$coldstop-tag";
} elsif string :is "${verdict}" "3" {
  fileinto :create "Recruiters";
  stop;
}
