// Package version runs the life of what is trained on the team's own tickets: the weights
// of the ranking and the classifiers of triage. A training run is started, carried out by a
// background job, and its outcome put into force or rejected with a reason. A version in
// force can be replaced, and some kinds allow a return to an earlier one.
//
// It promises that at most one version of a kind is in training and at most one in force,
// and that every change of state is an event. The Trainer of a kind decides how it is
// trained and what "better" means for it. The package never imports SQL, HTTP or an index.
package version
