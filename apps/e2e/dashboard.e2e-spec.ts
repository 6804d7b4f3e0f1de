import { findChromium } from '#testing';
import { OpenDashboard } from './dashboard/open-dashboard.js';
import { keyboardStories } from './dashboard/keyboard.stories.js';
import { pagePolicyStories } from './dashboard/page-policy.stories.js';
import { signInStories } from './dashboard/sign-in.stories.js';

let opened: OpenDashboard | undefined;
const dashboard = () => opened!;

beforeAll(async () => {
  if (findChromium()) opened = await OpenDashboard.start();
}, 120_000);

/** A page may refuse nothing, fail nowhere and say nothing on its console but what the story provokes. */
afterEach(async () => expect(await opened?.closePages()).toEqual([]), 30_000);

afterAll(async () => opened?.close(), 60_000);

describe('signing in', () => signInStories(dashboard));

describe('the page', () => pagePolicyStories(dashboard));

describe('the keyboard', () => keyboardStories(dashboard));
