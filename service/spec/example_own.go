package spec

const exampleType = `
# What is tested: a data type of your own. Nothing is checked of it but the rules under invariants. Where one of
# "stress list --long" fits, take that: it knows what must hold, and says who overwrote whom.
workload: custom
type:
  name: points # what it is called
  object: account # what one of its objects is called: ${account} is its number, from 0
  # fresh: true # for effects that must come about once: clients go through the objects one after the other
  constants: # whole numbers that templates and rules know by name
    start: 1000
keys: 4 # how many objects there are
`

const exampleOwn = `
# What can be put in anywhere: ${run}, a name that no other run has; ${client}, the number of the client; ${keys}, ${port},
# ${strategy}, ${env.NAME}, ${start}; and what an operation is asked with. ${…} may also be an expression, such as ${account + 1}.
setup:
  - each: account # once for each object
    request: PUT /accounts/${run}-${account}
    body:
      points: ${start}
    # expect: 409 # besides 2xx
    # keep: # what the service assigns by itself, where in its answer; ${id[account]} is that of one account
    #   id: $.id

# open: # of each client, on its own connection
#   - request: POST /login
#     keep:
#       token: $.token # for operations, and for headers above: Bearer ${token}

# teardown:
#   - request: DELETE /accounts?run=${run}
` + exampleAnswers + `  earn: # the name is yours
    weight: 3 # how common it is; 1 if left out
    draw: # what it is asked with besides its account: whole numbers, drawn for each
      points: 1..50
    request: POST /accounts/${run}-${account}/earn
    body:
      points: ${points}
    # output: # what the answer tells, by names that rules can use
    #   balance: $.balance # where it is in the JSON of the answer
  spend:
    weight: 3
    draw:
      points: 1..100
    request: POST /accounts/${run}-${account}/spend
    body:
      points: ${points}
    answers:
      409: refused # a rightful answer that changes nothing
  # move: # about several objects
  #   whole: true # it has no ${account}
  #   draw:
  #     from: 0..3
  #     to: 0..3
  #   request: POST /accounts/move?from=${run}-${from}&to=${run}-${to}
  balance:
    read-only: true # it never changes anything
    final: true # made once for each object after everybody has stopped; only then, unless it has a weight
    request: GET /accounts/${run}-${account}
    output:
      balance: $.balance

# What must hold. accepted.earn are the operations that took effect, refused.spend those that were refused, final.balance the
# reads after everybody had stopped. A rule is broken only if it holds for no choice of what those of unknown outcome did.
invariants:
  - name: conservation
    anomaly: lost-update # what it is called if it is broken; broken-invariant if left out
    each: key # for each object alone; "operation": for each that was OK; once for all if left out
    holds: >-
      sum(final.balance, .balance) ==
      start + sum(accepted.earn, .points) - sum(accepted.spend, .points)
  - name: floor
    holds: all(final.balance, .balance >= 0)
`
