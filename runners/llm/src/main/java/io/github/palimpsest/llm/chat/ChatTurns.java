package io.github.palimpsest.llm.chat;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.TextExample;
import io.github.palimpsest.llm.format.ChatMessage;
import io.github.palimpsest.llm.jinja.Rendered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The text of a conversation with the parts that the model learns: those that the template marks
 * with {@code generation}, or else those that follow the prompt of each answer.
 *
 * <p>Turns after the last answer are not written: some templates write earlier turns in another way
 * when later ones follow, and nothing of them can be learned.
 */
final class ChatTurns {
  private final ChatTemplate template;
  private final List<ChatMessage> messages;
  private final int unanswered;
  private final List<Integer> answers;
  private final Rendered whole;

  ChatTurns(ChatTemplate template, List<ChatMessage> all) {
    this.template = template;
    int size = all.size();
    while (size > 0 && !all.get(size - 1).answers()) {
      size--;
    }
    this.messages = all.subList(0, size);
    this.unanswered = all.size() - size;
    this.answers = IntStream.range(0, size).filter(i -> all.get(i).answers()).boxed().toList();
    this.whole = template.render(messages, false);
  }

  /**
   * The example.
   *
   * @throws PalimpsestException if the parts to learn are not known
   */
  TextExample example() {
    List<Rendered.Span> spans = template.marksGeneration() ? marked() : answers();
    TextExample.Turns turns = TextExample.turns();
    String text = whole.text();
    int at = 0;
    for (int i = 0; i < spans.size(); i++) {
      Rendered.Span span = spans.get(i);
      boolean empty =
          spans.size() == answers.size() && messages.get(answers.get(i)).text().isBlank();
      // the end of an empty answer is read: nothing but the end is to be learned of it
      turns.context(text.substring(at, empty ? span.to() : span.from()));
      turns.target(empty ? "" : text.substring(span.from(), span.to()));
      at = span.to();
    }
    for (int i = 0; i < unanswered; i++) {
      turns.context(""); // is counted
    }
    return turns.complete(text.substring(at));
  }

  private List<Rendered.Span> marked() {
    List<Rendered.Span> spans = whole.generated();
    if (spans.isEmpty()) {
      throw new PalimpsestException("the chat template marks nothing of this chat as generated");
    }
    boolean empty = answers.stream().anyMatch(i -> messages.get(i).text().isBlank());
    if (empty && spans.size() != answers.size()) {
      throw new PalimpsestException(
          "the chat template marks "
              + spans.size()
              + " parts as generated for "
              + answers.size()
              + " messages of the assistant, of which some are empty");
    }
    return spans;
  }

  private List<Rendered.Span> answers() {
    List<Rendered.Span> spans = new ArrayList<>();
    int after = 0;
    for (int i : answers) {
      int previous = after;
      Rendered.Span span =
          prefixed(i)
              .or(() -> marked(i))
              .or(() -> continued(i))
              .filter(s -> s.from() >= previous && s.from() < s.to())
              .orElseThrow(() -> unknown(i));
      spans.add(span);
      after = span.to();
    }
    return spans;
  }

  private PalimpsestException unknown(int i) {
    return new PalimpsestException(
        "message "
            + (i + 1)
            + ": the chat template writes this answer in another way when it is the last one, or"
            + " leaves it out, so the text to learn is not known; use chat(turns=labels), or a"
            + " template that marks answers with {% generation %}");
  }

  /** The answer where both the prompt and the chat up to the answer begin the whole text. */
  private Optional<Rendered.Span> prefixed(int i) {
    return prompt(i)
        .filter(whole.text()::startsWith)
        .flatMap(
            prompt ->
                upTo(i, messages.get(i))
                    .filter(whole.text()::startsWith)
                    .map(text -> new Rendered.Span(prompt.length(), text.length())));
  }

  /**
   * The answer by the text around it, which a rendering with another answer in its place shows. It
   * ends with what follows the answer where it is the last message.
   */
  private Optional<Rendered.Span> marked(int i) {
    String mark = mark();
    ChatMessage other = messages.get(i).withText(mark);
    List<ChatMessage> changed = new ArrayList<>(messages);
    changed.set(i, other);
    Optional<String[]> around = render(changed, false).flatMap(text -> around(text, mark));
    Optional<String[]> last = upTo(i, other).flatMap(text -> around(text, mark));
    String text = whole.text();
    if (around.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    String before = around.get()[0];
    String behind = around.get()[1];
    String end = last.get()[1];
    if (!text.startsWith(before)
        || !text.endsWith(behind)
        || before.length() + behind.length() > text.length()
        || !behind.startsWith(end)) {
      return Optional.empty();
    }
    int to = text.length() - behind.length() + end.length();
    int from =
        prompt(i)
            .filter(text::startsWith)
            .map(String::length)
            .filter(length -> length <= to)
            .orElse(before.length());
    return Optional.of(new Rendered.Span(from, to));
  }

  /** The answer from where it leaves the prompt, for a prompt that begins to write the answer. */
  private Optional<Rendered.Span> continued(int i) {
    String text = whole.text();
    Optional<String> before = render(messages.subList(0, i), false).filter(text::startsWith);
    Optional<String> prompt = prompt(i);
    Optional<String> end = upTo(i, messages.get(i)).filter(text::startsWith);
    if (before.isEmpty() || prompt.isEmpty() || end.isEmpty()) {
      return Optional.empty();
    }
    int from = 0;
    int most = Math.min(prompt.get().length(), text.length());
    while (from < most && prompt.get().charAt(from) == text.charAt(from)) {
      from++;
    }
    return from <= before.get().length()
        ? Optional.empty()
        : Optional.of(new Rendered.Span(from, end.get().length()));
  }

  private Optional<String> prompt(int i) {
    return render(messages.subList(0, i), true);
  }

  private Optional<String> upTo(int i, ChatMessage last) {
    List<ChatMessage> some = new ArrayList<>(messages.subList(0, i));
    some.add(last);
    return render(some, false);
  }

  /** A part of the chat; empty if the template refuses it, as it may an unfinished chat. */
  private Optional<String> render(List<ChatMessage> part, boolean prompt) {
    try {
      return Optional.of(template.render(part, prompt).text());
    } catch (PalimpsestException e) {
      return Optional.empty();
    }
  }

  /** A text that does not occur in the chat. */
  private String mark() {
    String mark = "\uE000\uE001";
    while (whole.text().contains(mark)) {
      mark = mark + "\uE001";
    }
    return mark;
  }

  private static Optional<String[]> around(String text, String mark) {
    int at = text.indexOf(mark);
    return at < 0 || text.indexOf(mark, at + 1) >= 0
        ? Optional.empty()
        : Optional.of(new String[] {text.substring(0, at), text.substring(at + mark.length())});
  }
}
