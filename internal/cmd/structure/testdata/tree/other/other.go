package other

func Left() {}
