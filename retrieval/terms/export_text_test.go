package terms

// FillerWeight is what a word of the telling weighs.
const FillerWeight = fillerWeight
