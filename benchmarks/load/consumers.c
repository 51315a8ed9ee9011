/* Many WebSocket consumers in one process, cheap enough not to be what is measured.
 *   consumers PORT SOCKETS EVENTS TRIGGER_PORT [AUTH ...]
 * Each AUTH is a text message that a consumer sends first (in turn, of those given); what answers
 * it is read before the next one connects. Then, EVENTS times: a byte to the trigger, until every
 * socket has had one message. Waits for a line on stdin before it begins and before it ends, and
 * prints one JSON line: milliseconds from the trigger to the last socket. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  int fd, in_payload, filled;
  unsigned char header[10];
  long left;
} Consumer;

static unsigned char buffer[1 << 18];
static long received;

static void fail(const char *why) {
  fprintf(stderr, "consumers: %s\n", why);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int connected(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (connect(fd, (void *)&address, sizeof address)) fail("cannot connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

/* How many text messages end within these bytes. */
static int messages(Consumer *c, unsigned char *bytes, int count) {
  int ended = 0, at = 0;
  received += count;
  while (at < count) {
    if (!c->in_payload) {
      c->header[c->filled++] = bytes[at++];
      int length = c->filled >= 2 ? c->header[1] & 127 : 0;
      if (c->filled < 2 || c->filled < (length == 126 ? 4 : length == 127 ? 10 : 2)) continue;
      c->left = length;
      if (length == 126) c->left = c->header[2] << 8 | c->header[3];
      if (length == 127) c->left = c->header[7] << 16 | c->header[8] << 8 | c->header[9];
      c->in_payload = 1;
    } else {
      long taken = count - at < c->left ? count - at : c->left;
      c->left -= taken, at += taken;
    }
    if (c->in_payload && c->left == 0) {
      int opcode = c->header[0] & 15;
      if (opcode == 8) fail("a consumer was closed");
      ended += opcode == 1;
      c->in_payload = c->filled = 0;
    }
  }
  return ended;
}

static void join(Consumer *c, int port, const char *auth) {
  char request[512];
  int count = 0, more;
  unsigned char *end;
  c->fd = connected(port);
  int length = snprintf(request, sizeof request,
      "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", port);
  if (write(c->fd, request, length) != length) fail("cannot ask for a socket");
  while (!(end = memmem(buffer, count, "\r\n\r\n", 4))) {
    if ((more = read(c->fd, buffer + count, 4096)) <= 0) fail("no answer to the handshake");
    count += more;
  }
  if (!memmem(buffer, count, " 101 ", 5)) fail("the handshake was refused");
  int heard = messages(c, end + 4, count - (int)(end + 4 - buffer));
  if (!auth) return;
  unsigned char frame[600] = {0x81};
  int size = strlen(auth), head = 2; /* masked with zeros: the text as it is */
  if (size < 126) frame[1] = 0x80 | size;
  else frame[1] = 0x80 | 126, frame[2] = size >> 8, frame[3] = size & 255, head = 4;
  memcpy(frame + head + 4, auth, size);
  if (write(c->fd, frame, head + 4 + size) < 0) fail("cannot authenticate");
  while (heard < 1) {
    if ((more = read(c->fd, buffer, 4096)) <= 0) fail("not authenticated");
    heard += messages(c, buffer, more);
  }
}

int main(int argc, char **argv) {
  if (argc < 5) fail("PORT SOCKETS EVENTS TRIGGER_PORT [AUTH ...]");
  int port = atoi(argv[1]), sockets = atoi(argv[2]), events = atoi(argv[3]), auths = argc - 5;
  Consumer *all = calloc(sockets, sizeof *all);
  int poll = epoll_create1(0);
  for (int i = 0; i < sockets; i++) {
    join(&all[i], port, auths ? argv[5 + i % auths] : 0);
    fcntl(all[i].fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
    epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  int trigger = connected(atoi(argv[4]));
  if (write(trigger, "!", 1) != 1) fail("no trigger");
  char line[16];
  printf("connected\n"), fflush(stdout);
  if (!fgets(line, sizeof line, stdin)) return 0;
  double *took = calloc(events, sizeof *took);
  struct epoll_event ready[1024];
  for (int e = 0; e < events; e++) {
    double began = now();
    if (write(trigger, ".", 1) != 1) fail("the trigger is gone");
    for (int got = 0; got < sockets;) {
      int count = epoll_wait(poll, ready, 1024, 20000);
      if (count == 0) fail("an event did not reach everybody");
      for (int i = 0; i < count; i++) {
        Consumer *c = ready[i].data.ptr;
        int more = read(c->fd, buffer, sizeof buffer);
        if (more == 0) fail("a consumer was dropped");
        if (more > 0) got += messages(c, buffer, more);
      }
    }
    took[e] = now() - began;
  }
  qsort(took, events, sizeof *took, by_size);
  printf("{\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"bytes\":%.0f}\n", took[events / 2],
         took[events * 99 / 100], (double)received / sockets / events);
  fflush(stdout);
  if (!fgets(line, sizeof line, stdin)) return 0;
  return 0;
}
