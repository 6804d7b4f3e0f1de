import { findChromium } from '#testing';
import { accessStories } from './dashboard/access.stories.js';
import { connectionsStories } from './dashboard/connections.stories.js';
import { editingStories } from './dashboard/editing.stories.js';
import { everyPageStories } from './dashboard/every-page.stories.js';
import { firstRunStories } from './dashboard/first-run.stories.js';
import { formsStories } from './dashboard/forms.stories.js';
import { keyboardStories } from './dashboard/keyboard.stories.js';
import { killSwitchStories } from './dashboard/kill-switch.stories.js';
import { leakedTokenStories } from './dashboard/leaked-token.stories.js';
import { liveStories } from './dashboard/live.stories.js';
import { listsStories } from './dashboard/lists.stories.js';
import { noTokensStories } from './dashboard/no-tokens.stories.js';
import { OpenDashboard } from './dashboard/open-dashboard.js';
import { outageStories } from './dashboard/outage.stories.js';
import { pagePolicyStories } from './dashboard/page-policy.stories.js';
import { sessionStories } from './dashboard/session.stories.js';
import { signInStories } from './dashboard/sign-in.stories.js';

let opened: OpenDashboard | undefined;
const dashboard = () => opened!;

beforeAll(async () => {
  if (findChromium()) opened = await OpenDashboard.start();
}, 120_000);

/** A page may refuse nothing, fail nowhere and say nothing on its console but what the story provokes. */
afterEach(async () => expect((await opened?.closePages()) ?? []).toEqual([]), 30_000);

afterAll(async () => opened?.close(), 60_000);

describe('the first run', () => firstRunStories(dashboard));

describe('with many connections', () => {
  beforeAll(async () => opened?.seed(), 60_000);
  beforeEach(async () => opened?.freshenSignIns());

  describe('signing in', () => signInStories(dashboard));
  describe('a session', () => sessionStories(dashboard));
  describe('live events', () => liveStories(dashboard));
  describe('the page', () => pagePolicyStories(dashboard));
  describe('connections', () => connectionsStories(dashboard));
  describe('the keyboard', () => keyboardStories(dashboard));
  describe('a role', () => accessStories(dashboard));
  describe('an edit', () => editingStories(dashboard));
  describe('a form', () => formsStories(dashboard));
  describe('a list', () => listsStories(dashboard));
  describe('the kill switch', () => killSwitchStories(dashboard));
  describe('a leaked token', () => leakedTokenStories(dashboard));
  describe('every page', () => everyPageStories(dashboard));
  describe('an outage', () => outageStories(dashboard));
  describe('afterwards', () => noTokensStories(dashboard));
});
