# loss: merge: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
require ["fileinto", "variables"];
set "dollar" "$";
set "against" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "verdict" "0";
# merge
if header :contains "subject" "dear ${dollar}{first_name}" {
  set "for" "${for}x";
}
# recruiting from a pitch of 1 on
if string :matches :comparator "i;octet" "${for}" "${against}x*" {
  set "recruiting" "yes";
}
if string :is :comparator "i;octet" "${recruiting}" "yes" {
  # quotes
  if header :contains "X-A" ["say \"hi\" \\ there", "${dollar}{hex:22}; discard;", "100%"] {
    set "objections" "${objections}xxxxx";
  }
  # wild
  if address :all :is "from" "a*b@x.example" {
    set "objections" "${objections}xxxxx";
  }
}
if string :matches :comparator "i;octet" "${objections}" "xxxxx*" {
  set "verdict" "3";
}
if string :is :comparator "i;octet" "${verdict}" "3" {
  fileinto "Mail \"${dollar}{x}\" \\ #";
  stop;
}
