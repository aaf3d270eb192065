"""What a regularizer or a rehearsal may do in a sequence of tasks; by default nothing."""


class Technique:
    """One method. `at` is the adapter: at.seen(p) are the weights that the model sees for trained values p."""

    def begin(self, task, p, at):
        """Before the steps of a task; task.index counts from 0."""

    def order(self, task, size):
        """The batches of an epoch, as rows of the task; None for the task's own."""
        return None

    def added(self, batch, p, at):
        """Further examples of a step, which are part of the data loss; none by default."""
        return None

    def factors(self, w, batch):
        """A factor for the loss of each example, constant in the gradient; None for 1."""
        return None

    def penalty(self, p, batch, at):
        """What is added to the loss."""
        return 0

    def constrained(self, g, p, at):
        """The gradient that is descended."""
        return g

    def moved(self, before, after, g):
        """After a step, with the gradient of the data loss at the weights before it."""

    def finish(self, task, p, at):
        """After the steps of a task."""
