# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
require ["fileinto", "mailbox", "imap4flags", "body", "variables", "regex"];
set "against" "";
set "credits" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "verdict" "0";
# offers
if header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Hh][Ee][Ll][Pp]([[:space:]]| |&nbsp;|<[^<>]*>)+[Dd][Ee][Ss][Kk]|[Dd][Bb][Aa])([^[:alnum:]]|$)" {
  set "for" "${for}xxx";
}
# answer
if exists "In-Reply-To" {
  set "against" "${against}xxxx";
}
# recruiting from a pitch of 3 on
if string :matches :comparator "i;octet" "${for}" "${against}xxx*" {
  set "recruiting" "yes";
}
if string :is :comparator "i;octet" "${recruiting}" "yes" {
  # nameless
  if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Dd][Ee][Aa][Rr]([[:space:]]| |&nbsp;|<[^<>]*>)+[Cc][Aa][Nn][Dd][Ii][Dd][Aa][Tt][Ee])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Dd][Ee][Aa][Rr]([[:space:]]| |&nbsp;|<[^<>]*>)+[Cc][Aa][Nn][Dd][Ii][Dd][Aa][Tt][Ee])([^[:alnum:]]|$)")) {
    set "objections" "${objections}xxxxxxx";
  }
  # travel
  if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Rr][Aa][Vv][Ee][Ll])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Rr][Aa][Vv][Ee][Ll])([^[:alnum:]]|$)")) {
    set "credits" "${credits}xx";
  }
}
if string :matches :comparator "i;octet" "${objections}" "${credits}xxxxx*" {
  set "verdict" "1";
}
if string :is :comparator "i;octet" "${verdict}" "1" {
  addflag "$coldstop-tag";
} elsif string :is :comparator "i;octet" "${verdict}" "3" {
  fileinto :create "Recruiters";
  stop;
}
