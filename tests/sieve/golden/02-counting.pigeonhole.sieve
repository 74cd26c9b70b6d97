# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
require ["fileinto", "mailbox", "body", "variables", "regex"];
set "against" "";
set "count" "";
set "credits" "";
set "for" "";
set "labels1" "";
set "objections" "";
set "recruiting" "";
set "text1" "";
set "verdict" "0";
set "words1" "";
# PCRE2 gives up on long gaps that it might give back; libc would only be slower
set "plus" "";
if string :regex " " "^\\h$" {
  set "plus" "+";
}
set "_three" "[Tt][Hh][Rr][Ee][Ee]";
set "gap" "([[:space:]]| |&nbsp;|<[^<>]*>)+${plus}";
set "maygap" "([[:space:]]| |&nbsp;|<[^<>]*>)*${plus}";
set "text1" "([^<>]*[[:cntrl:]])?(&nbsp;|[^[:alnum:]<>])*+(Location|Pay${gap}Rate)${maygap}:";
if allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"]) {
  if not size :over 1M {
    set "text1" "([^<>]*[[:cntrl:]])?(&nbsp;|[^[:alnum:]<>])*+(Location)${maygap}:";
    if body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"] {
      set "labels1" "${labels1}x";
    }
    set "text1" "([^<>]*[[:cntrl:]])?(&nbsp;|[^[:alnum:]<>])*+(Pay${gap}Rate)${maygap}:";
    if body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"] {
      set "labels1" "${labels1}x";
    }
  }
}
# form
if string :contains "${labels1}" "xx" {
  set "count" "";
  set "count" "${count}${labels1}${labels1}";
  if string :matches "${count}" "xxx*" {
    set "count" "xxx";
  }
  set "for" "${for}${count}";
}
# recruiting from a pitch of 2 on
if string :matches "${for}" "${against}xx*" {
  set "recruiting" "yes";
}
if string :is "${recruiting}" "yes" {
  # templates
  set "count" "";
  set "text1" "([^<>]*[^[:alnum:]<>])?([Nn][Ii][Nn][Jj][Aa]|[Pp][Ee][Rr][Ff][Ee][Cc][Tt]|[Rr][Oo][Cc][Kk])([^[:alnum:]]|$)";
  if header :regex :comparator "i;octet" "subject" "(^|>)${text1}" {
    set "words1" "${words1}s";
  }
  if allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"]) {
    set "words1" "${words1}t";
  }
  if not string :is "${words1}" "" {
    set "text1" "([^<>]*[^[:alnum:]<>])?([Pp][Ee][Rr][Ff][Ee][Cc][Tt]${gap}[Ff][Ii][Tt])([^[:alnum:]]|$)";
    if anyof (allof (string :contains "${words1}" "s", header :regex :comparator "i;octet" "subject" "(^|>)${text1}"), allof (not size :over 1M, string :contains "${words1}" "t", body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
      set "count" "${count}xxx";
    }
    set "text1" "([^<>]*[^[:alnum:]<>])?([Rr][Oo][Cc][Kk]${gap}[Ss][Tt][Aa][Rr])([^[:alnum:]]|$)";
    if anyof (allof (string :contains "${words1}" "s", header :regex :comparator "i;octet" "subject" "(^|>)${text1}"), allof (not size :over 1M, string :contains "${words1}" "t", body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
      set "count" "${count}xxx";
    }
    set "text1" "([^<>]*[^[:alnum:]<>])?([Nn][Ii][Nn][Jj][Aa])([^[:alnum:]]|$)";
    if anyof (allof (string :contains "${words1}" "s", header :regex :comparator "i;octet" "subject" "(^|>)${text1}"), allof (not size :over 1M, string :contains "${words1}" "t", body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
      set "count" "${count}xxx";
    }
  }
  if string :matches "${count}" "xxxxxx*" {
    set "count" "xxxxxx";
  }
  if not string :is "${count}" "" {
    set "objections" "${objections}${count}";
  }
  # both
  set "text1" "([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee]|[Tt][Ww][Oo])([^[:alnum:]]|$)";
  if allof (exists "X-A", anyof (header :regex :comparator "i;octet" "subject" "(^|>)${text1}", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"]), header :regex :comparator "i;octet" ["X-B", "X-C"] "(^|>)([^<>]*[^[:alnum:]<>])?(${_three})([^[:alnum:]]|$)")) {
    set "count" "";
    set "text1" "([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee]|[Tt][Ww][Oo])([^[:alnum:]]|$)";
    if anyof (header :regex :comparator "i;octet" "subject" "(^|>)${text1}", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
      set "text1" "([^<>]*[^[:alnum:]<>])?([Oo][Nn][Ee])([^[:alnum:]]|$)";
      if anyof (header :regex :comparator "i;octet" "subject" "(^|>)${text1}", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
        set "count" "${count}x";
      }
      set "text1" "([^<>]*[^[:alnum:]<>])?([Tt][Ww][Oo])([^[:alnum:]]|$)";
      if anyof (header :regex :comparator "i;octet" "subject" "(^|>)${text1}", allof (not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"])) {
        set "count" "${count}x";
      }
    } elsif header :regex :comparator "i;octet" ["X-B", "X-C"] "(^|>)([^<>]*[^[:alnum:]<>])?(${_three})([^[:alnum:]]|$)" {
      if header :regex :comparator "i;octet" "X-B" "(^|>)([^<>]*[^[:alnum:]<>])?(${_three})([^[:alnum:]]|$)" {
        if header :regex :comparator "i;octet" "X-B" "(^|>)([^<>]*[^[:alnum:]<>])?(${_three})([^[:alnum:]]|$)" {
          set "count" "${count}x";
        }
      } elsif header :regex :comparator "i;octet" "X-C" "(^|>)([^<>]*[^[:alnum:]<>])?(${_three})([^[:alnum:]]|$)" {
        if header :regex :comparator "i;octet" "X-C" "(^|>)([^<>]*[^[:alnum:]<>])?(${_three})([^[:alnum:]]|$)" {
          set "count" "${count}x";
        }
      }
    }
    set "credits" "${credits}${count}";
  }
}
if string :matches "${objections}" "${credits}xxxxxx*" {
  set "verdict" "3";
}
if string :is "${verdict}" "3" {
  fileinto :create "Recruiters";
  stop;
}
