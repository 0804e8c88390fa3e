package terms

// FillerWeight is the weight of a filler word.
const FillerWeight = fillerWeight
