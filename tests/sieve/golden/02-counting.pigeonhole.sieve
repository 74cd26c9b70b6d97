# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
require ["fileinto", "mailbox", "body", "variables", "regex"];
set "against" "";
set "count" "";
set "credits" "";
set "for" "";
set "labels1" "";
set "objections" "";
set "recruiting" "";
set "verdict" "0";
if allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[[:cntrl:]])?([^[:alnum:]<>]|&nbsp;)*(Location|Pay([[:space:]]| |&nbsp;|<[^<>]*>)+Rate)([[:space:]]| |&nbsp;|<[^<>]*>)*:") {
  if not size :over 1M {
    if body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[[:cntrl:]])?([^[:alnum:]<>]|&nbsp;)*(Location)([[:space:]]| |&nbsp;|<[^<>]*>)*:" {
      set "labels1" "${labels1}x";
    }
    if body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[[:cntrl:]])?([^[:alnum:]<>]|&nbsp;)*(Pay([[:space:]]| |&nbsp;|<[^<>]*>)+Rate)([[:space:]]| |&nbsp;|<[^<>]*>)*:" {
      set "labels1" "${labels1}x";
    }
  }
}
# form
if string :contains :comparator "i;octet" "${labels1}" "xx" {
  set "count" "";
  set "count" "${count}${labels1}${labels1}";
  if string :matches :comparator "i;octet" "${count}" "xxx*" {
    set "count" "xxx";
  }
  set "for" "${for}${count}";
}
# recruiting from a pitch of 2 on
if string :matches :comparator "i;octet" "${for}" "${against}xx*" {
  set "recruiting" "yes";
}
if string :is :comparator "i;octet" "${recruiting}" "yes" {
  # templates
  set "count" "";
  if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Pp][Ee][Rr][Ff][Ee][Cc][Tt]([[:space:]]| |&nbsp;|<[^<>]*>)+[Ff][Ii][Tt])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Pp][Ee][Rr][Ff][Ee][Cc][Tt]([[:space:]]| |&nbsp;|<[^<>]*>)+[Ff][Ii][Tt])([^[:alnum:]]|$)")) {
    set "count" "${count}xxx";
  }
  if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Rr][Oo][Cc][Kk]([[:space:]]| |&nbsp;|<[^<>]*>)+[Ss][Tt][Aa][Rr])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Rr][Oo][Cc][Kk]([[:space:]]| |&nbsp;|<[^<>]*>)+[Ss][Tt][Aa][Rr])([^[:alnum:]]|$)")) {
    set "count" "${count}xxx";
  }
  if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Nn][Ii][Nn][Jj][Aa])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Nn][Ii][Nn][Jj][Aa])([^[:alnum:]]|$)")) {
    set "count" "${count}xxx";
  }
  if string :matches :comparator "i;octet" "${count}" "xxxxxx*" {
    set "count" "xxxxxx";
  }
  if not string :is :comparator "i;octet" "${count}" "" {
    set "objections" "${objections}${count}";
  }
  # both
  if allof (exists "X-A", anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee]|[Tt][Ww][Oo])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee]|[Tt][Ww][Oo])([^[:alnum:]]|$)"), header :regex :comparator "i;octet" ["X-B", "X-C"] "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Hh][Rr][Ee][Ee])([^[:alnum:]]|$)")) {
    set "count" "";
    if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee]|[Tt][Ww][Oo])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee]|[Tt][Ww][Oo])([^[:alnum:]]|$)")) {
      if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee])([^[:alnum:]]|$)")) {
        set "count" "${count}x";
      }
      if anyof (header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Ww][Oo])([^[:alnum:]]|$)", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Ww][Oo])([^[:alnum:]]|$)")) {
        set "count" "${count}x";
      }
    } elsif header :regex :comparator "i;octet" ["X-B", "X-C"] "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Hh][Rr][Ee][Ee])([^[:alnum:]]|$)" {
      if header :regex :comparator "i;octet" "X-B" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Hh][Rr][Ee][Ee])([^[:alnum:]]|$)" {
        if header :regex :comparator "i;octet" "X-B" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Hh][Rr][Ee][Ee])([^[:alnum:]]|$)" {
          set "count" "${count}x";
        }
      } elsif header :regex :comparator "i;octet" "X-C" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Hh][Rr][Ee][Ee])([^[:alnum:]]|$)" {
        if header :regex :comparator "i;octet" "X-C" "(^|>)([^<>]*[^[:alnum:]<>])?([Tt][Hh][Rr][Ee][Ee])([^[:alnum:]]|$)" {
          set "count" "${count}x";
        }
      }
    }
    set "credits" "${credits}${count}";
  }
}
if string :matches :comparator "i;octet" "${objections}" "${credits}xxxxxx*" {
  set "verdict" "3";
}
if string :is :comparator "i;octet" "${verdict}" "3" {
  fileinto :create "Recruiters";
  stop;
}
