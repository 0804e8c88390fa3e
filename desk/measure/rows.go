package measure

// one returns the row of a ticket that counts once, unless it is left out.
func one(f *Facts, at Moment, value float64) []Row {
	why := f.exclusion()
	return []Row{{Ticket: f.Ticket, Counts: why == "", Reason: why, Value: value, At: at}}
}

// human is one for measures of people's work.
func human(f *Facts, at Moment, value float64) []Row {
	rows := one(f, at, value)
	if r, ok := f.standing(); ok && r.Automatic && rows[0].Counts {
		rows[0].Counts, rows[0].Reason = false, "automatic"
	}
	return rows
}

func volume(w frame, f *Facts) []Row {
	if !w.in(f.Created) {
		return nil
	}
	return one(f, f.Created, 1)
}

// backlog is the number of tickets that are open when the window ends.
func backlog(w frame, f *Facts) []Row {
	if !f.openAt(w.to) {
		return nil
	}
	rows := one(f, w.to, 1)
	rows[0].Age = seconds(w.to - f.Created)
	return rows
}

func firstResponse(w frame, f *Facts) []Row {
	if !w.in(f.FirstResponse) {
		return nil
	}
	return human(f, f.FirstResponse, w.since(f, f.FirstResponse))
}

func mtta(w frame, f *Facts) []Row {
	if !w.in(f.FirstAction) {
		return nil
	}
	return human(f, f.FirstAction, w.since(f, f.FirstAction))
}

func mttr(w frame, f *Facts) []Row {
	r, ok := f.standing()
	if !ok || !w.in(r.At) {
		return nil
	}
	return human(f, r.At, w.since(f, r.At))
}

// first returns the first resolution of a ticket, by which it belongs to a cohort, if that lies in
// the window.
func (w frame) first(f *Facts) (r Resolution, ok bool) {
	if len(f.Resolutions) == 0 || !w.in(f.Resolutions[0].At) {
		return r, false
	}
	return f.Resolutions[0], true
}

// returned reports whether a resolution was taken back within the days that make it final, and
// whether that is certain by now.
func (w frame) returned(r Resolution) (back, certain bool) {
	back = r.Reopened != 0 && r.Reopened <= r.At+w.final
	return back, back || w.now > r.At+w.final
}

func firstTouch(w frame, f *Facts) []Row {
	r, ok := w.first(f)
	if !ok {
		return nil
	}
	back, certain := w.returned(r)
	touched := r.Replies == 1 && r.Escalations == 0
	rows := human(f, r.At, share(touched && !back))
	rows[0].Provisional = touched && !certain
	return rows
}

func reopenRate(w frame, f *Facts) []Row {
	r, ok := w.first(f)
	if !ok {
		return nil
	}
	back, certain := w.returned(r)
	rows := one(f, r.At, share(back))
	rows[0].Provisional = !certain
	return rows
}

func share(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func linkRate(w frame, f *Facts) []Row {
	r, ok := f.standing()
	if !ok || !w.in(r.At) {
		return nil
	}
	return one(f, r.At, share(len(f.Links) > 0))
}

func reuse(w frame, f *Facts) []Row {
	var articles []string
	var at Moment
	for _, l := range f.Links {
		if w.in(l.At) {
			articles, at = append(articles, l.Article), l.At
		}
	}
	if len(articles) == 0 {
		return nil
	}
	rows := one(f, at, float64(len(articles)))
	rows[0].articles = articles
	return rows
}

func bypassRate(w frame, f *Facts) []Row {
	if !w.in(f.Created) {
		return nil
	}
	return one(f, f.Created, share(f.Bypass))
}
