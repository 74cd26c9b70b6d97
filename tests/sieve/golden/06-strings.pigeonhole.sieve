require ["fileinto", "mailbox", "variables", "regex"];
set "dollar" "$";
set "against" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "verdict" "0";
# merge
if header :regex :comparator "i;octet" "subject" "(^|>)([^<>]*[^[:alnum:]<>])?([Dd][Ee][Aa][Rr]([[:space:]]| |&nbsp;|<[^<>]*>)++[$][{][Ff][Ii][Rr][Ss][Tt]_[Nn][Aa][Mm][Ee]})([^[:alnum:]]|$)" {
  set "for" "${for}x";
}
# recruiting from a pitch of 1 on
if string :matches "${for}" "${against}x*" {
  set "recruiting" "yes";
}
if string :is "${recruiting}" "yes" {
  # quotes
  if header :contains "X-A" ["say \"hi\" \\ there", "${dollar}{hex:22}; discard;", "100%"] {
    set "objections" "${objections}xxxxx";
  }
  # wild
  if address :all :is "from" "a*b@x.example" {
    set "objections" "${objections}xxxxx";
  }
}
if string :matches "${objections}" "xxxxx*" {
  set "verdict" "3";
}
if string :is "${verdict}" "3" {
  fileinto :create "Mail \"${dollar}{x}\" \\ #";
  stop;
}
