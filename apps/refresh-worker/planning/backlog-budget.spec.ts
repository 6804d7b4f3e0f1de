import { BacklogBudget } from './backlog-budget.js';

describe('the budget of a backlog', () => {
  it('gives out a second’s worth each second, whatever was spent', () => {
    const budget = new BacklogBudget();
    let spent = 0;
    for (let second = 0; second < 60; second++) {
      const now = budget.refill(50, second * 1_000);
      budget.spend(now);
      spent += now;
    }
    expect(spent).toBe(3_000);
  });

  it('saves up no more than two seconds’ worth', () => {
    const budget = new BacklogBudget();
    budget.refill(50, 0);
    expect(budget.refill(50, 3_600_000)).toBe(100);
  });

  it('gives out fractions once they are whole', () => {
    const budget = new BacklogBudget();
    expect(budget.refill(0.4, 0)).toBe(0);
    expect(budget.refill(1, 1_000)).toBe(1);
  });
});
