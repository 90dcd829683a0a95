package linear

// step tries one alternative of the configuration whose turn it is. Whether there is another after it is seen when its
// turn comes again, which on the way to an order never happens, unless it is known at once that there is none.
func (s *search[S, I, O]) step() {
	at := s.front()
	f := s.stack[at]
	s.cur.seek(f.layer)
	sole := false
	if f.first == unsettled {
		f.first = s.prefer(&f)
		s.stack[at].first = f.first
		sole = len(s.choice) < 2 && s.callable(&f) == 0 && s.model.Steps == nil
	}
	a, ok := s.next(&f, f.at)
	if s.stack[at].at = a.at.after(); !ok || sole {
		s.drop()
	}
	if ok && s.halted == exhausted {
		s.note(&f, a.at)
		s.visit(s.follow(&f, a))
	}
}

// note adds the operations of a way on from a configuration to the trace.
func (s *search[S, I, O]) note(f *frame, w way) {
	if !s.tracing {
		return
	}
	s.retrace(f.depth)
	if w.stage >= pair {
		s.trace = append(s.trace, s.part.loose[s.mids[w.loose].loose])
	}
	if w.stage != alone {
		s.trace = append(s.trace, s.part.place[s.cur.open[w.bound]])
	}
}

// arrival makes the frame of a configuration of which nothing was tried.
func (s *search[S, I, O]) arrival(c config) frame {
	f := frame{config: c, via: nowhere, first: -1}
	if s.looks {
		f.first = unsettled
	}
	return f
}

// follow gives the configuration after an alternative.
func (s *search[S, I, O]) follow(f *frame, a alternative[S]) frame {
	to := s.arrival(f.config)
	to.state = s.states.id(a.state)
	if a.at.stage >= pair {
		to.used = s.used.flip(to.used, s.mids[a.at.loose].loose)
	}
	if a.at.stage != alone {
		to.done = s.done.flip(to.done, s.part.slot[s.cur.open[a.at.bound]])
	} else {
		to.via, to.at, to.first = f.state, way{stage: pair}, -1
	}
	return to
}
