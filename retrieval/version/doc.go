// Package version runs the life of what is trained on the team's own tickets: the weights
// of the ranking and the classifiers of triage. A training is started, worked by a
// background job, and its outcome put into force or rejected with a reason; a version in
// force can be replaced, and for some kinds one can go back to an earlier one.
//
// It promises that at most one version of a kind is in training and at most one in force,
// and that every change of state is an event. How a kind is trained, and what "better"
// means for it, its Trainer knows. The package never imports SQL, HTTP or an index.
package version
