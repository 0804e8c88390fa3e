// Package person finds the names of people in a text: after titles, labels of forms and
// headers, in greetings and signatures, where people introduce themselves, and where they
// mention each other, in Latin and Cyrillic letters and in Chinese characters.
//
// It promises that time grows linearly with the length of the text and that words which
// are common in support tickets (products, greetings, days, whom one greets as a group)
// are never names. A name that no cue announces is found only with a common given name.
//
// It works on texts alone and imports no other package of Deskbook.
package person
