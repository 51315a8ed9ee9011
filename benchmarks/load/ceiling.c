/* The least that one event to many sockets costs: an epoll server, a pretended handshake, one
 * prepared frame, one send() per socket. No rights, no credentials, no Python.
 *   ceiling PORT BYTES
 * A connection whose first byte is `!` is the trigger: each further byte of it is one event to
 * everybody. Every other connection gets the handshake for its first bytes, and then is ignored. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 20000 };
static int socket_of[MOST], kind[MOST + 64], sockets; /* kind: 0 new, 1 consumer, 2 trigger */
static unsigned char frame[65600];

static const char *greeting =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void watch(int poll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

static void heard(int fd, int length) {
  char buffer[8192];
  int count = read(fd, buffer, sizeof buffer);
  if (count <= 0) {
    for (int i = 0; i < sockets; i++)
      if (socket_of[i] == fd) socket_of[i] = socket_of[--sockets];
    kind[fd] = 0;
    close(fd);
  } else if (kind[fd] == 0 && buffer[0] == '!') {
    kind[fd] = 2;
  } else if (kind[fd] == 0) {
    kind[fd] = 1;
    socket_of[sockets++] = fd;
    if (write(fd, greeting, strlen(greeting)) < 0) close(fd);
  } else if (kind[fd] == 2) {
    for (; count > 0; count--)
      for (int i = 0; i < sockets; i++) send(socket_of[i], frame, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int size = atoi(argv[2]), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  frame[0] = 0x81, frame[1] = 126, frame[2] = size >> 8, frame[3] = size & 255;
  memset(frame + 4, 'x', size);
  int server = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(server, (void *)&address, sizeof address) || listen(server, 1024)) return 1;
  watch(poll, server);
  for (struct epoll_event events[256];;) {
    int count = epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd != server) {
        heard(fd, size + 4);
        continue;
      }
      fd = accept(server, 0, 0);
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      watch(poll, fd);
    }
  }
}
