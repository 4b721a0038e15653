/** The sound of news. */

const TONE_HZ = 660;
const TONE_SECONDS = 0.35;

/** @type {AudioContext | undefined} */
let audio;

export function playTone() {
  audio ??= new AudioContext();
  // A browser lets a page be heard after somebody has pressed something on it.
  audio.resume();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(0.2, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + TONE_SECONDS);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + TONE_SECONDS);
}
