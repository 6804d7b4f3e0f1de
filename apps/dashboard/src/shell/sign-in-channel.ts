/** Name of the channel by which a sign-in window tells the pages of this browser that it is done. */
export const signInChannel = 'evergrant.sign-in';
