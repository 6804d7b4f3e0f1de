/*
 * Two workers, a revoker and a provider: how one slot of one connection is refreshed, checked in every order of steps.
 *
 *   spin -a -DMODE=0..5 refresh.pml       0 none, 1 A, 2 B, 3 C, 4 D, 5 E (see "Replay semantics" in the protocol)
 *   -DBROKEN=1..10                        leaves one rule out: the check must then fail ("What can be left out")
 *   -DREACHED=1..8                        asks whether something happens at all: the check must then fail, too
 *
 * An `if` whose option begins with another `if` shares its `else`: such an option begins with `true`.
 *
 * One step here is one transaction, one request or one crash of the code; whatever the code does in two transactions
 * is two steps here, and everything else can come between.
 *
 *   step of the protocol            here          in the code
 *   2  T1: lease, fence, intent     mayBegin      AttemptRepository.begin
 *   3  check, then write            send          TokenRequestsService.send, OutboundClient.beforeWrite
 *      not sent / ambiguous / told  send, failed  classifyFailure, FailuresService.apply
 *   4  land, or spool               insertLanding LandingsService.land and drain, LandingRepository.insert
 *   5  T2: promote, or keep         promote       PromotionsService.promote and keep, SlotRepository.promote
 *   6  what to do with the attempt  look, take,   ResolverService.resolve, AttemptRepository.takeOver,
 *                                   decide        resolveAmbiguous
 *      an orphan's end              settle        OrphansService.settle
 *   7  an error answer              failed        FailuresService.apply
 *   8  revoke                       revoker       SlotRepository.fenceOff, in the transaction that sets `revoking`
 *
 * What time does, as far as it decides anything:
 *   a lease    ends early for a worker that lives only by a stall, which is a fault; a dead worker's ends by itself.
 *   the check  before the write is by the clock: it fails for whoever was taken over. Check and write are one step.
 *   a window   (B, C, D) closes only after a second fault: refreshTiming leaves room for one crash or lost answer.
 *   late       the access token has little of its life left; any time after it was issued.
 * Faults are counted and at most FAULTS: a crash between any two steps, a stall, a request or an answer that is lost,
 * a request that never left, a database that does not take an answer.
 * Rules 6 to 10 of "What can be left out" came from this model: the code as it stood then left them out.
 * Left out of the model: pauses and new consents (fences like a revocation), 5xx and throttling (no token is spent), slots.
 */
#ifndef MODE
#define MODE 1
#endif
#ifndef BROKEN
#define BROKEN 0
#endif
#ifndef REACHED
#define REACHED 0
#endif
#ifndef FAULTS
#define FAULTS 2
#endif
/* How often the connection is refreshed, and how many attempts that may take. */
#define GENERATIONS 2
#define ATTEMPTS 3
#define TOKENS 9

#define NONE 0
#define A 1
#define B 2
#define C 3
#define D 4
#define E 5
#define WINDOWED (MODE == B || MODE == C || MODE == D)

/* What can be left out. */
#define NO_FENCE (BROKEN == 1)       /* T2 asks neither for the fence nor for the state */
#define BLIND_RETRY (BROKEN == 2)    /* under A a token is retried at once, as under any other mode */
#define NO_WRITE_CHECK (BROKEN == 3) /* who was taken over writes all the same */
#define NO_SWAP (BROKEN == 4)        /* T2 asks for the state alone */
#define NO_ORPHAN (BROKEN == 5)      /* an answer whose place is taken is dropped */
#define CLOSES_BLINDLY (BROKEN == 6) /* the resolver closes what it saw no answer of, whatever landed since */
#define LOOKS_ONCE (BROKEN == 7)     /* the resolver does not look for an answer again under its own fence */
#define TAKES_CLOSED (BROKEN == 8)   /* an attempt that was closed meanwhile is taken over */
#define LOSER_CLOSES (BROKEN == 9)   /* who lost the fence closes the attempt that another works on */
#define JUDGES_BLINDLY (BROKEN == 10) /* a refusal counts though an answer landed meanwhile */

/* What must be reachable: -DREACHED=n makes reaching it an error. */
#define reached(n) assert(REACHED != n)

/* Connection states. */
#define ACTIVE 0
#define NEEDS_USER 1
#define REVOKED 2
/* The lease: of nobody, of a worker that lives, of one that does not. */
#define FREE 0
#define HELD 1
#define ABANDONED 2
/* A landing. */
#define NOTHING 0
#define LANDED 1
#define ORPHANED 2
/* What a request brought, besides a token. */
#define INVALID 100
#define AMBIGUOUS 101
#define NOT_SENT 102
/* Why the same token is presented. */
#define FIRST 0
#define REUSABLE 1
#define DID_NOT_ROTATE 2
#define NOTHING_TO_LOSE 3
#define BLINDLY 4

#define has(set, n) (((set) >> (n)) & 1)
#define with(set, n) ((set) | (1 << (n)))
#define without(set, n) ((set) & ~(1 << (n)))

typedef Attempt {
  byte base;
  bit closed;
  byte landed;       /* the token */
  byte landing;
  bit waits;         /* for `late` */
}

/* Postgres. Attempts are numbered from 1; `open` is connection_slot.open_attempt_id. */
byte state = ACTIVE, generation, fence, lease = FREE, open, token = 1, attempts;
Attempt attempt[ATTEMPTS + 1];
/* Each worker's disk: a token, and the attempt that it belongs to. */
byte spooled[2], spooledFor[2];

/* The provider: which tokens it would take, which were spent, and what each was answered with. */
short alive = 2, spent;
byte issued = 1, child[TOKENS + 1];
/* Whether it can be asked after a token, and whether rotation kills the old access token. */
bit introspects, killsAccess;

/* What time and chance brought. `shut`: the window of the attempt in hand is over. */
byte faults, takeovers;
bit late, shut;
/* Whether faults outlasted a window once. */
bit outlasted;

/* What nobody in the system knows: tokens that were written to a socket. */
short presented;

inline fault() { faults < FAULTS; faults++ }

inline issue(old, answer) {
  issued++;
  assert(issued <= TOKENS);
  alive = with(alive, issued);
  child[old] = issued;
  answer = issued
}

/* The provider's answer to a refresh token, in the replay semantics of MODE. A spent token that is alive can be replayed. */
inline exchange(old, answer) {
  if
  :: !has(alive, old) ->
    answer = INVALID;
    /* Reuse of a token that is over: the whole family dies. */
    if :: MODE != E && has(spent, old) -> alive = 0 :: else fi
  :: else ->
    if
    :: MODE == NONE -> answer = old
    :: MODE != NONE && !has(spent, old) ->
      /* Its predecessor had its successor used now. */
      alive = alive & ~spent;
      spent = with(spent, old);
      if :: MODE == A -> alive = without(alive, old) :: else fi;
      issue(old, answer)
    :: MODE == C && has(spent, old) -> reached(1); answer = child[old]
    :: (MODE == B || MODE == E) && has(spent, old) -> reached(1); issue(old, answer)
    :: MODE == D && has(spent, old) -> reached(1); alive = without(alive, child[old]); issue(old, answer)
    :: MODE == A && has(spent, old) -> assert(false)
    fi
  fi
}

inline forget() {
  at = 0; fenceOf = 0; base = 0; mine = 0; answer = 0; why = 0; afterDoubt = 0; clock = 0; found = 0; stands = 0; landedBefore = 0
}

/* Somebody is killed, or loses what it had in memory: the lease that it held is nobody's. */
inline crash() {
  fault();
  if :: lease == HELD && fence == fenceOf -> lease = ABANDONED :: else fi;
  forget()
}

/* AttemptRepository.close. */
inline close(n) { attempt[n].closed = 1; attempt[n].waits = 0 }

/* LandingRepository.insert: the first answer stays. */
inline insertLanding(n, what) {
  if
  :: attempt[n].landing == NOTHING -> attempt[n].landing = LANDED; attempt[n].landed = what
  :: else
  fi;
  /* Given up by others meanwhile: nobody would look at what landed. */
  if :: attempt[n].closed && !CLOSES_BLINDLY -> attempt[n].closed = 0; attempt[n].waits = 0 :: else fi
}

/* What is not closed, is due, and of which something can be made now. */
#define due(n) (n <= attempts && !attempt[n].closed && (!attempt[n].waits || late))
#define standing(n) ((attempt[n].landing != NOTHING || open == n) && generation == attempt[n].base)
#define leaseFree (lease == FREE || lease == ABANDONED || faults < FAULTS)
#define actionable(n) (due(n) && (!standing(n) || state == REVOKED || \
  ((attempt[n].landing != NOTHING || state == ACTIVE) && leaseFree)))

inline look(n) {
  at = n;
  stands = standing(n) && state != REVOKED;
  found = (attempt[n].landing != NOTHING -> attempt[n].landed : 0)
}

inline takeLease() {
  fence++; lease = HELD; open = at; takeovers++;
  fenceOf = fence; base = generation; mine = token; clock = takeovers; afterDoubt = 1;
  landedBefore = attempt[at].landing != NOTHING;
  /* Again, under the new fence: it may have landed since. */
  if :: !LOOKS_ONCE && attempt[at].landing != NOTHING -> found = attempt[at].landed :: else fi
}

inline take() {
  if
  :: generation == attempt[at].base && (open == at || open == 0) && (state == ACTIVE || (found && state == NEEDS_USER)) && (!attempt[at].closed || TAKES_CLOSED) ->
    if
    :: lease == HELD && faults < FAULTS -> faults++; takeLease()   /* its worker stalled */
    :: lease == HELD && faults == FAULTS -> forget()
    :: lease != HELD -> takeLease()
    fi
  :: else -> forget()
  fi
}

/* resolveAmbiguous, and LivenessService.ask: leaves `why`, or FIRST for later. */
inline decide() {
  if
  :: MODE == NONE || MODE == E || (WINDOWED && !shut) -> why = REUSABLE
  :: MODE == A && BLIND_RETRY -> why = BLINDLY
  :: (MODE == A && !BLIND_RETRY) || (WINDOWED && shut) ->
    if
    :: late -> why = NOTHING_TO_LOSE
    :: !late && introspects && has(alive, mine) && !has(spent, mine) -> why = DID_NOT_ROTATE
    :: !late && introspects && !(has(alive, mine) && !has(spent, mine)) && killsAccess -> why = NOTHING_TO_LOSE
    :: !late && !(introspects && killsAccess) && !(introspects && has(alive, mine) && !has(spent, mine)) -> why = FIRST
    :: !late && introspects -> why = FIRST   /* asked, and no answer */
    fi
  fi
}

/* ResolverService.leave. */
inline leave() {
  if :: fence == fenceOf -> lease = FREE :: else fi;
  if :: !attempt[at].closed -> attempt[at].waits = 1 :: else fi
}

inline send() {
  if
  :: clock != takeovers && !NO_WRITE_CHECK -> answer = NOT_SENT
  :: fault(); answer = NOT_SENT
  :: clock == takeovers || NO_WRITE_CHECK ->
    /* Under A nothing is spent twice that could still lose anything. */
    if
    :: MODE == A && has(presented, mine) ->
      reached(2);
      /* What had landed before its fence is not overlooked. */
      assert(!landedBefore);
      assert(why == DID_NOT_ROTATE || why == NOTHING_TO_LOSE);
      assert(why != DID_NOT_ROTATE || !has(spent, mine));
      assert(why != NOTHING_TO_LOSE || late || (killsAccess && !(has(alive, mine) && !has(spent, mine))))
    :: else
    fi;
    presented = with(presented, mine);
    if
    :: fault(); answer = AMBIGUOUS                       /* the request was lost */
    :: true -> exchange(mine, answer);
       if
       :: fault(); answer = AMBIGUOUS                    /* the answer was lost */
       :: skip
       fi
    fi
  fi
}

/* FailuresService.apply. */
inline failed() {
  if
  :: fence != fenceOf || generation != base ->
    /* Another worker may have taken this very attempt over: its end is that worker's to tell. */
    if :: open != at || LOSER_CLOSES -> close(at) :: else fi
  :: else ->
    lease = FREE;
    if
    /* An answer landed meanwhile, of whoever was taken over: it says more than this refusal. */
    :: attempt[at].landing == LANDED && !JUDGES_BLINDLY -> attempt[at].waits = 0
    :: else ->
      if
      :: answer == AMBIGUOUS || (answer == NOT_SENT && afterDoubt)
      :: answer == NOT_SENT && !afterDoubt -> open = 0; close(at)
      :: answer == INVALID -> open = 0; close(at); if :: state == ACTIVE -> state = NEEDS_USER :: else fi
      fi
    fi
  fi
}

inline promote() {
  if
  :: (state != REVOKED || NO_FENCE) && (generation == base || NO_SWAP) && (fence == fenceOf || NO_FENCE || NO_SWAP) ->
    assert(state != REVOKED);
    assert(base + 1 > generation);
    /* The lineage never goes back either. */
    assert(answer >= token);
    generation = base + 1; token = answer; late = 0; state = ACTIVE;
    open = 0; lease = FREE;
    attempt[at].landing = NOTHING; attempt[at].landed = 0;
    close(at)
  :: else ->
    if
    :: NO_ORPHAN -> close(at)
    :: !NO_ORPHAN && generation == base && state != REVOKED && open == at ->
      if :: !attempt[at].closed -> attempt[at].waits = 0 :: else fi
    :: else ->
      if
      :: attempt[at].landing != NOTHING -> attempt[at].landing = ORPHANED; attempt[at].closed = 0; attempt[at].waits = 0
      :: else
      fi
    fi
  fi
}

inline settle() {
  if
  :: state == REVOKED -> reached(3); alive = without(alive, found); attempt[at].landing = NOTHING; attempt[at].landed = 0
  :: else -> reached(4); attempt[at].landing = ORPHANED
  fi;
  close(at)
}

#define mayBegin (state == ACTIVE && open == 0 && (lease == FREE || lease == ABANDONED) && \
  generation < GENERATIONS && attempts < ATTEMPTS)

proctype worker(bit me) {
  byte at, fenceOf, base, mine, answer, why, clock, found;
  bit afterDoubt, stands, landedBefore;

idle:
  end: do
  :: atomic { spooled[me] ->
      reached(5);
      insertLanding(spooledFor[me], spooled[me]);
      if :: attempt[spooledFor[me]].closed -> attempt[spooledFor[me]].closed = 0; attempt[spooledFor[me]].waits = 0 :: else fi;
      spooled[me] = 0; spooledFor[me] = 0
    }
  :: atomic { mayBegin && !spooled[me] ->
      attempts++; at = attempts; attempt[at].base = generation;
      fence++; lease = HELD; open = at; shut = 0;
      fenceOf = fence; base = generation; mine = token; clock = takeovers;
      goto sending
    }
  :: atomic { !spooled[me] && actionable(1) -> look(1); goto looked }
  :: atomic { !spooled[me] && actionable(2) -> look(2); goto looked }
  :: atomic { !spooled[me] && actionable(3) -> look(3); goto looked }
  od;

looked:
  atomic {
    if
    :: !stands && found -> settle(); forget(); goto idle
    :: !stands && !found ->
      /* What landed since it looked is for the next who looks. */
      if :: attempt[at].landing == NOTHING || CLOSES_BLINDLY -> close(at) :: else fi;
      forget(); goto idle
    :: stands -> take();
      if
      :: at == 0 -> goto idle
      :: at != 0 && found -> reached(6); answer = found; goto promoting
      :: else
      fi
    :: crash(); goto idle
    fi
  };
  atomic {
    if
    :: true -> decide(); if :: why == FIRST -> leave(); forget(); goto idle :: else fi
    :: crash(); goto idle
    fi
  };

sending:
  atomic {
    if
    :: true -> send()
    :: crash(); goto idle
    fi
  };
  atomic {
    if
    :: crash(); goto idle
    :: answer >= INVALID -> failed(); forget(); goto idle
    :: answer < INVALID -> insertLanding(at, answer)
    :: answer < INVALID && faults < FAULTS -> fault(); spooled[me] = answer; spooledFor[me] = at;
      if :: lease == HELD && fence == fenceOf -> lease = ABANDONED :: else fi;
      forget(); goto idle
    fi
  };

promoting:
  atomic {
    if
    :: true -> promote(); forget()
    :: crash()
    fi;
    goto idle
  }
}

proctype revoker() {
  atomic { state != REVOKED -> state = REVOKED; fence++; lease = FREE };
  /* RFC 7009, which reaches what the token came from. */
  alive = without(alive, token) & ~spent
}

proctype time() {
end: do
  :: atomic { (MODE == A || shut) && !late -> late = 1 }
  :: atomic { WINDOWED && !shut && faults >= 2 && open -> shut = 1; outlasted = 1 }
  :: atomic { WINDOWED && shut && (alive & spent) -> alive = alive & ~spent }
  /* Under E the first use of the successor ends the old token. */
  :: atomic { MODE == E && !has(spent, token) && (alive & spent) -> alive = alive & ~spent }
  od
}

#define settled(n) (n > attempts || (attempt[n].closed && attempt[n].landing != LANDED))

/* When nothing more can happen. */
proctype judge() {
  atomic {
    timeout ->
    reached(7);
    if :: generation == GENERATIONS && faults == FAULTS -> reached(8) :: else fi;
    /* Nothing is stuck, and no answer that landed lies where nobody looks. */
    assert(open == 0 || state == REVOKED);
    assert(settled(1) && settled(2) && settled(3));
    assert(!spooled[0] && !spooled[1]);
    /* Without a fault, nothing is lost under any mode. */
    assert(faults > 0 || state != NEEDS_USER);
    /* Under D two faults can: a stalled worker's answer, landed late, is dead where a retry followed whose answer was lost. */
    if :: MODE == D && faults >= 2 -> outlasted = 1 :: else fi;
    /* And wherever a token can be replayed, not with faults either, unless they outlast the window. */
    assert(MODE == A || outlasted || state != NEEDS_USER);
    assert(state != ACTIVE || has(alive, token) || (MODE == A && faults > 0) || outlasted);
    assert(state != REVOKED || !has(alive, token) )
  }
}

init {
  atomic {
    if :: MODE == NONE || MODE == E :: else -> if :: introspects = 1 :: skip fi; if :: killsAccess = 1 :: skip fi fi;
    run worker(0); run worker(1); run time(); run judge();
    if :: run revoker() :: skip fi
  }
}
